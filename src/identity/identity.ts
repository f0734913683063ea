import { randomUUID } from 'node:crypto';
import type { Clock, RandomId } from '../core/index.ts';
import type { RecordStore } from '../store/index.ts';
import { createAgentAccounts, type AgentDeps } from './agents.ts';
import { checkPepper, createCodes } from './codes.ts';
import { createPasswordHasher, type ScryptCost } from './passwords.ts';
import type { CodeSender, Identity } from './ports.ts';
import { createSeal } from './seal.ts';
import { checkKey, type KeyRing, type TrustedHost } from './tokens.ts';
import { createVisitorSessions } from './visitors.ts';

export interface IdentityOptions {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly randomId?: RandomId;
  readonly codeSender: CodeSender;
  readonly secrets: {
    /** Sign visitor and session tokens. */
    readonly session: KeyRing;
    /** Keys the hashes of one-time codes; at least 32 bytes. */
    readonly codes: Uint8Array;
  };
  /** Whose user tokens are believed; none means that nobody can be more than a visitor. */
  readonly hosts: readonly TrustedHost[];
  readonly audience?: string;
  readonly customerTtlMs?: number;
  readonly codeSendsPerCustomerMax?: number;
  readonly firstAgentEmail?: string;
  readonly maySignIn?: AgentDeps['maySignIn'];
  /** For tests: cheaper than the standard. */
  readonly passwordCost?: ScryptCost;
}

/** Faults: bad_config, for keys that are too short or cannot be read. */
export function createIdentity(options: IdentityOptions): Identity {
  const { records, clock, randomId = randomUUID, secrets } = options;
  for (const key of [secrets.session.current, ...(secrets.session.former ?? [])]) {
    checkKey(`session tokens (${key.kid})`, key.secret);
  }
  checkPepper(secrets.codes);
  const { audience, customerTtlMs, codeSendsPerCustomerMax, firstAgentEmail, maySignIn } = options;
  return {
    visitors: createVisitorSessions({
      records,
      clock,
      randomId,
      keys: secrets.session,
      hosts: options.hosts,
      ...(audience !== undefined && { audience }),
      ...(customerTtlMs !== undefined && { customerTtlMs }),
    }),
    codes: createCodes({
      records,
      clock,
      sender: options.codeSender,
      pepper: secrets.codes,
      ...(codeSendsPerCustomerMax !== undefined && {
        sendsPerCustomerMax: codeSendsPerCustomerMax,
      }),
    }),
    agents: createAgentAccounts({
      records,
      clock,
      randomId,
      passwords: createPasswordHasher(options.passwordCost),
      seal: createSeal(secrets.codes, 'agent-totp'),
      ...(firstAgentEmail !== undefined && { firstEmail: firstAgentEmail }),
      ...(maySignIn !== undefined && { maySignIn }),
    }),
  };
}
