import { isIPv6 } from 'node:net';
import type { IncomingMessage } from 'node:http';
import express from 'express';

/**
 * Whose `X-Forwarded-For` is believed: nobody's (false, the default), that of so many hops, or that of
 * these addresses and subnets (`loopback`, `10.0.0.0/8`). Believing everybody would let a stranger
 * choose the address that limits are counted by, so `true` is not offered.
 */
export type TrustProxy = false | number | readonly string[];

/** Whether the peer at `address`, `hop` steps away from us, is one of our proxies. */
export type Trust = (address: string, hop: number) => boolean;

/** Compiled by Express itself, so that requests and upgrades are judged alike. */
export function trustOf(setting: TrustProxy): Trust {
  const app = express();
  app.set('trust proxy', setting === false ? false : setting);
  return app.get('trust proxy fn') as Trust;
}

/** The nearest address on the way in that is not one of our proxies. */
export function clientIp(request: IncomingMessage, trust: Trust): string {
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',');
  const way = forwarded.split(',').map((address) => address.trim());
  way.push(request.socket.remoteAddress ?? '');
  for (let hop = 0; ; hop += 1) {
    const address = way[way.length - 1 - hop] ?? '';
    const before = way[way.length - 2 - hop];
    if (before === undefined || before === '' || !trust(address, hop)) return address;
  }
}

/** What limits are counted by: one IPv6 customer holds a whole /64, so that is one key. */
export function limitKey(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
