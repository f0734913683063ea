import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  createIdentity,
  createSandboxPhone,
  createUserTokenSigner,
} from '../../src/identity/index.ts';
import type { IdentityOptions } from '../../src/identity/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';

export const startMs = Date.parse('2026-11-18T04:20:00Z');
export const bytes = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);

export const hostIssuer = 'https://wallet.example';
export const hostSecret = bytes(7);

/** Cheap enough for tests; the standard's cost has a test of its own. */
const passwordCost = { N: 1024, r: 8, p: 1 };

/** Identity over a real store, a clock moved by hand and the sandbox phone. */
export async function openWorld(more: Partial<IdentityOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-identity-'));
  let nowMs = startMs;
  const clock = () => nowMs;
  const store = await openSqliteStore({ folder, clock });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  const phone = createSandboxPhone({ clock });
  const options: IdentityOptions = {
    records: store.records,
    clock,
    codeSender: phone,
    secrets: { session: { current: { kid: 'k1', secret: bytes(1) } }, codes: bytes(2) },
    hosts: [{ issuer: hostIssuer, keys: [{ algorithm: 'HS256', secret: hostSecret }] }],
    passwordCost,
    ...more,
  };
  const identity = createIdentity(options);
  let tokens = 0;
  const userToken = createUserTokenSigner({
    issuer: hostIssuer,
    secret: hostSecret,
    clock,
    randomId: () => `jti-${(tokens += 1)}`,
  });
  /** The newest code on the customer's phone. */
  const lastCode = (customerId: string): string => {
    const message = phone.messages(customerId, 0).at(-1);
    if (message?.kind !== 'code') throw new Error('no code came');
    return message.code;
  };
  return {
    ...identity,
    records: store.records,
    options,
    phone,
    userToken,
    lastCode,
    clock,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}
