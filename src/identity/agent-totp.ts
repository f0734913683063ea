import { Secret, TOTP } from 'otpauth';
import { makeCode } from './passwords.ts';
import { hashOf, type StoredAgent } from './agent-records.ts';

/** RFC 6238 as the common apps have it: SHA-1, six digits, thirty seconds. */
const periodMs = 30_000;
/** One step to each side, for clocks that are a little off. */
const window = 1;
const recoveryCodes = 8;

export type Totp = NonNullable<StoredAgent['totp']>;

export function newSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What an app scans. */
export function keyUri(secret: string, email: string): string {
  return appOf(secret, email).toString();
}

/**
 * The factor after this code was used, or undefined when it is wrong or was used before. Codes of the app count
 * once and only forwards; recovery codes count once.
 */
export function useCode(totp: Totp, secret: string, code: string, nowMs: number): Totp | undefined {
  const typed = code.replace(/[\s-]/g, '').toLowerCase();
  if (!/^\d{6}$/.test(typed)) return useRecovery(totp, typed);
  const delta = appOf(secret, '').validate({ token: typed, timestamp: nowMs, window });
  if (delta === null) return undefined;
  const step = Math.floor(nowMs / periodMs) + delta;
  return step > totp.usedStep ? { ...totp, usedStep: step } : undefined;
}

function useRecovery(totp: Totp, typed: string): Totp | undefined {
  const digest = hashOf(typed);
  if (!totp.confirmed || !totp.recovery.includes(digest)) return undefined;
  return { ...totp, recovery: totp.recovery.filter((one) => one !== digest) };
}

/** Codes to print once, and what is kept of them. */
export function makeRecoveryCodes(): {
  readonly codes: readonly string[];
  readonly digests: string[];
} {
  const codes = Array.from({ length: recoveryCodes }, () => makeCode(4, 4));
  return { codes, digests: codes.map((code) => hashOf(code.replaceAll('-', ''))) };
}

function appOf(secret: string, label: string): TOTP {
  return new TOTP({ issuer: 'Kefu', label, secret: Secret.fromBase32(secret) });
}
