import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import type { Audit, Witness } from '../audit/index.ts';
import type { Bus } from '../bus/index.ts';
import type { Clock, IdentityLevel } from '../core/index.ts';
import type { Files } from '../files/index.ts';
import type { MakeLimit } from '../http/index.ts';
import type { AgentAccounts, AgentRole } from '../identity/index.ts';
import type { ConversationStore, StoredConversation } from '../store/index.ts';
import type { DeskApiParts } from './api/deps.ts';
import type { Presences, ReadMarks, RosterAgent, Turns } from '../turn/index.ts';

/** The shapes of the log as the store gives them; the desk reads the log, it does not interpret dialogue. */
export type LoggedEvent = StoredConversation['tail'][number];
export type ConversationState = NonNullable<StoredConversation['snapshot']>;

export type OnUpgrade = (
  path: string,
  handler: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
) => void;

export interface DeskColleague extends RosterAgent {
  readonly role: AgentRole;
}

export interface DeskDeps {
  readonly app: Express;
  readonly onUpgrade: OnUpgrade;
  readonly store: {
    readonly conversations: Pick<
      ConversationStore,
      'load' | 'readAll' | 'inbox' | 'inboxSifted' | 'agentLoads' | 'queueFigures'
    >;
  };
  readonly bus: Bus;
  /** Signing in, accounts, lookups, account actions, webhooks; without it only conversations are served. */
  readonly api?: DeskApiParts;
  /** Without it no files are taken or shown. */
  readonly files?: Files;
  readonly turns: Pick<Turns, 'command'>;
  readonly agents: Pick<AgentAccounts, 'read' | 'signOut'>;
  /** Everyone who may be given a conversation: accounts that are not disabled. */
  readonly roster: () => Promise<readonly DeskColleague[]>;
  readonly presences: Pick<Presences, 'of' | 'connect' | 'choose' | 'seen' | 'served'>;
  /** How far customers and agents have read. */
  readonly reads: Pick<ReadMarks, 'mark' | 'of'>;
  /** Conversations at a time, for agents without a number of their own. */
  readonly capacity: () => number;
  /** When live agents are on duty. */
  readonly duty: {
    readonly staffed: (nowMs: number) => boolean;
    readonly nextOpeningMs: (nowMs: number) => number | undefined;
  };
  /** The workspace's teams. */
  readonly queues: () => readonly { readonly id: string; readonly name: string }[];
  /** The dialogue's own fold and rule, so that the desk shows the very state that turns decide on. */
  readonly fold: (stored: StoredConversation) => ConversationState;
  readonly levelAt: (state: ConversationState, nowMs: number) => IdentityLevel;
  /** Told of each request that reads a customer's data, before it is answered, and of each that changed something. */
  readonly witness?: Witness;
  /** The chain that admins look into. */
  readonly audit?: Pick<Audit, 'head' | 'list'>;
  readonly clock: Clock;
  /** What one agent or token may ask for in a minute; without it each process counts for itself. */
  readonly limit?: MakeLimit;
  /** Milliseconds that no change of the system's time moves: how long a page has been silent is counted by it. */
  readonly elapsedMs?: () => number;
  readonly log: DeskLog;
  /** Origins of the desk's page beside the one that a request itself names in Host, such as `https://desk.example`. */
  readonly origins?: readonly string[];
  /** Folder of the built page, served under /desk/; without it only the API is mounted. */
  readonly pages?: string;
  readonly heartbeatMs?: number;
}

/** Never given a text, a password or a token. */
export interface DeskLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Desk {
  /** Ends every socket with `shutting_down`; agents' pages reconnect by themselves. */
  close(): void;
}
