import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are not on the public internet, after the registries of special-purpose addresses (RFC 6890 and those that
 * followed it): a webhook must not reach into the operator's own network or the machine's metadata service.
 */
const blocked: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Global unicast is 2000::/3; of it these are not for everyone, or carry an IPv4 address inside. */
const blockedSix: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function makeList(): { readonly closed: BlockList; readonly open: BlockList } {
  const closed = new BlockList();
  for (const [net, bits] of blocked) closed.addSubnet(net, bits, 'ipv4');
  for (const [net, bits] of blockedSix) closed.addSubnet(net, bits, 'ipv6');
  const open = new BlockList();
  open.addSubnet('2000::', 3, 'ipv6');
  return { closed, open };
}

const lists = makeList();

/** Whether an address may be called. What is not known to be public is not. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !lists.closed.check(address, 'ipv4');
  if (family !== 6) return false;
  return lists.open.check(address, 'ipv6') && !lists.closed.check(address, 'ipv6');
}

/** What is wrong with a webhook's URL as it is written; where its name leads is looked at before every call. */
export function checkAddress(text: string): string | undefined {
  if (!URL.canParse(text)) return 'must be a URL.';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'must begin with https://.';
  if (url.username !== '' || url.password !== '') return 'must hold no user name or password.';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublic(host)) return 'must be a public address.';
  if (/(?:^|\.)(?:localhost|local|internal|home\.arpa)\.?$/i.test(host))
    return 'must be a public name.';
  return undefined;
}

export type Resolve = (host: string) => Promise<readonly string[]>;

export const resolveAll: Resolve = async (host) =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/** The address to connect to, when every one that the name leads to is public: a name that points both ways is refused. */
export async function publicAddress(
  hostname: string,
  resolve: Resolve,
): Promise<{ readonly address: string; readonly family: 4 | 6 } | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const [address] = addresses;
  if (address === undefined || !addresses.every(isPublic)) return undefined;
  return { address, family: isIP(address) === 4 ? 4 : 6 };
}
