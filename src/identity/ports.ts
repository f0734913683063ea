import type { AgentId, CustomerId, VisitorId } from '../core/index.ts';
import type {
  AgentAdministration,
  OwnAccount,
  PersonalTokens,
  SignInOptions,
} from './agent-ports.ts';

/** Who is who: visitors, customers vouched for by the host page, one-time codes, agents. Tokens are never logged. */
export interface Identity {
  readonly visitors: VisitorSessions;
  readonly codes: OneTimeCodes;
  readonly agents: AgentAccounts;
}

export interface VisitorSessions {
  /** A new anonymous visitor, or the one whose visitor token is shown. */
  anonymous(visitorToken?: string): Promise<Session>;
  /**
   * A customer vouched for by a signed user token (JWT, HS256 or ES256, `aud` = `kefu`, `exp` at most
   * 10 minutes ahead, `jti` used once). Faults: bad_token, token_expired, token_replayed.
   */
  identified(userToken: string, visitorToken?: string): Promise<Session>;
  /** A fresh session token for a session that still holds; `token_expired` when it must be opened again. */
  refresh(visitorToken: string): Promise<Session>;
  /** Who a session token speaks for. Faults: bad_token, token_expired. */
  read(sessionToken: string): Promise<SessionPrincipal>;
  /** Ends the customer's part of the visitor: its tokens are refused from now on. */
  signOut(visitorToken: string): Promise<void>;
}

export interface SessionPrincipal {
  readonly visitorId: VisitorId;
  readonly customerId?: CustomerId;
  readonly expiresAtMs: number;
}

export interface Session extends SessionPrincipal {
  /** Short-lived; goes into `hello` and Authorization. */
  readonly sessionToken: string;
  /** Long-lived, kept by the widget; only buys session tokens. */
  readonly visitorToken: string;
}

export interface OneTimeCodes {
  /** Makes a code, keeps only its hash, hands it to the sender. Refused when resends are used up. */
  send(customerId: string, conversationId: string, challengeId: string): Promise<CodeSent>;
  check(challengeId: string, conversationId: string, code: string): Promise<CodeChecked>;
}

export type CodeSent =
  | { readonly kind: 'sent'; readonly expiresAtMs: number; readonly tail: string }
  | { readonly kind: 'refused'; readonly reason: 'too_many' | 'not_sent' };

export type CodeChecked =
  | { readonly kind: 'passed' }
  | { readonly kind: 'wrong'; readonly attemptsLeft: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'locked' };

/** Brings a code to the customer's registered phone or email; gives the masked tail of where it went. */
export interface CodeSender {
  send(customerId: string, code: string, expiresAtMs: number): Promise<{ readonly tail: string }>;
}

export interface AgentAccounts extends OwnAccount, AgentAdministration, PersonalTokens {
  /** Makes the first admin when there is no agent yet and gives the password to print once; undefined otherwise. */
  ensureFirst(): Promise<{ readonly email: string; readonly password: string } | undefined>;
  create(agent: {
    readonly email: string;
    readonly name: string;
    readonly role: AgentRole;
    readonly password: string;
    /** The wallet account of the agent in person. */
    readonly customerId?: string;
  }): Promise<Agent>;
  /**
   * Faults: bad_credentials (same words and time for an unknown email), code_required (password right, second factor
   * missing), locked_out, rate_limited (by the address that it comes from), overloaded.
   */
  signIn(
    email: string,
    password: string,
    options?: SignInOptions | string,
  ): Promise<{ readonly token: string; readonly agent: Agent; readonly expiresAtMs: number }>;
  /** The agent of a live session; undefined when it ended or was revoked. */
  read(token: string): Promise<Agent | undefined>;
  signOut(token: string): Promise<void>;
}

export type AgentRole = 'agent' | 'supervisor' | 'admin';

export interface Agent {
  readonly agentId: AgentId;
  readonly email: string;
  readonly name: string;
  readonly role: AgentRole;
  /** The wallet account of the agent in person, on which they may not act. */
  readonly customerId?: string;
  /** Language tags that the agent answers in; none: any. */
  readonly languages?: readonly string[];
  readonly skills?: readonly string[];
  /** Teams that the agent serves; none: all. */
  readonly queues?: readonly string[];
  /** Conversations at a time, when it is not the workspace's number. */
  readonly capacity?: number;
}
