import type { Agent, AgentRole } from './ports.ts';

/** What comes with a sign-in beside the password. */
export interface SignInOptions {
  /** The address that it comes from. */
  readonly source?: string;
  /** What the browser calls itself; shown in the list of sessions. */
  readonly client?: string;
  /** Six digits of the app, or a recovery code. */
  readonly code?: string;
}

/** An agent's own account: sessions, password, second factor. */
export interface OwnAccount {
  account(agentId: string, token: string): Promise<Account>;
  /** True when there was such a session of this agent; it is refused from now on. */
  endSession(agentId: string, sessionId: string): Promise<boolean>;
  /** Ends every session of the agent but the one that `token` belongs to. Faults: bad_credentials, locked_out. */
  changePassword(agentId: string, token: string, change: PasswordChange): Promise<void>;
  /** A secret to scan; in force only after `confirmTotp`. Faults: bad_credentials, conflict when there is a factor already. */
  beginTotp(
    agentId: string,
    password: string,
  ): Promise<{ readonly secret: string; readonly uri: string }>;
  /** Puts the secret in force and gives recovery codes, once. Faults: bad_credentials for a wrong code, conflict when none was begun. */
  confirmTotp(agentId: string, code: string): Promise<readonly string[]>;
  /** Faults: bad_credentials for a wrong password or code. */
  removeTotp(agentId: string, password: string, code: string): Promise<void>;
}

export interface PasswordChange {
  readonly password: string;
  readonly next: string;
}

export interface Account {
  readonly agent: Agent;
  readonly secondFactor: boolean;
  readonly recoveryCodesLeft: number;
  readonly sessions: readonly AgentSession[];
}

export interface AgentSession {
  /** Names the session; it does not open it. */
  readonly id: string;
  readonly current: boolean;
  readonly createdAtMs: number;
  /** To within five minutes. */
  readonly lastSeenAtMs: number;
  readonly expiresAtMs: number;
  readonly address: string;
  readonly client: string;
}

/** What admins do to accounts; the door checks that they are. */
export interface AgentAdministration {
  list(): Promise<readonly AgentRecord[]>;
  /** Undefined when there is no such agent. Faults: conflict, when the last admin would go. */
  change(agentId: string, change: AgentChange): Promise<AgentRecord | undefined>;
  /** Ends sessions and tokens, removes the second factor, and gives a new password, once. */
  resetPassword(agentId: string): Promise<string | undefined>;
}

export interface AgentRecord extends Agent {
  readonly disabled: boolean;
  readonly secondFactor: boolean;
}

export interface AgentChange {
  readonly name?: string;
  readonly role?: AgentRole;
  /** Disabling ends sessions and tokens at once; enabling does not bring them back. */
  readonly disabled?: boolean;
  readonly customerId?: string | null;
  readonly languages?: readonly string[];
  readonly skills?: readonly string[];
  readonly queues?: readonly string[];
  readonly capacity?: number | null;
}

/** Personal access tokens: an agent's rights, narrowed to scopes, for programs. */
export interface PersonalTokens {
  createToken(
    agentId: string,
    token: NewToken,
  ): Promise<{ readonly token: string; readonly record: TokenRecord }>;
  tokens(agentId: string): Promise<readonly TokenRecord[]>;
  revokeToken(agentId: string, id: string): Promise<boolean>;
  /** The agent and scopes of a live token; undefined when it ended, was revoked, or its agent is disabled. */
  readToken(
    token: string,
  ): Promise<{ readonly agent: Agent; readonly scopes: readonly string[] } | undefined>;
}

export interface NewToken {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
}

export interface TokenRecord extends NewToken {
  readonly id: string;
  readonly createdAtMs: number;
  /** To within five minutes; null when it was never used. */
  readonly lastUsedAtMs: number | null;
}
