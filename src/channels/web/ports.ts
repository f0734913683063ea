import type { Bus } from '../../bus/index.ts';
import { limits } from '../../core/index.ts';
import type { Clock, Phrasebook, Values } from '../../core/index.ts';
import type { Files } from '../../files/index.ts';
import type { HttpServer, MakeLimit } from '../../http/index.ts';
import type { VisitorSessions } from '../../identity/index.ts';
import type { WidgetConfig } from '../../protocol/index.ts';
import type { ConversationStore, CountTable } from '../../store/index.ts';
import type { ReadMarks, Turns } from '../../turn/index.ts';
import type { OriginCheck } from './origin.ts';

/** The part of the store that customers are shown from. */
export type ConversationReads = Pick<
  ConversationStore,
  'readVisible' | 'heads' | 'queuePlace' | 'queueFigures' | 'recentWaits' | 'own'
>;

export interface OwnTicket extends Values {
  readonly id: string;
  readonly state: string;
  readonly openedAtMs: number;
}

/** Never given a token, a code or anyone's words. */
export interface ChannelLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ChannelMetrics {
  observe(measure: 'send_ms', ms: number): void;
  count(what: 'frames_in' | 'frames_bad' | 'sockets_closed', reason: string): void;
}

export interface WebChannelDeps {
  readonly turns: Pick<Turns, 'open' | 'receive' | 'submitSecret' | 'rate' | 'setLanguage'>;
  readonly conversations: ConversationReads;
  /** Of the store: a client that saw another one starts afresh. */
  readonly epoch: string;
  readonly bus: Bus;
  readonly visitors: VisitorSessions;
  readonly http: Pick<HttpServer, 'app' | 'api' | 'onUpgrade' | 'ipOf'>;
  /** How far each side has read; without it nobody is told. */
  readonly reads?: Pick<ReadMarks, 'mark' | 'of'>;
  /** Without it no files are taken. */
  readonly files?: Files;
  readonly allowOrigin: OriginCheck;
  /** Words of tickets and transcripts. */
  readonly phrasebook: () => Phrasebook;
  /** The customer's tickets, newest first; without it nobody has any. */
  readonly tickets?: (customerId: string) => Promise<readonly OwnTicket[]>;
  /** A customer has come, or come back. */
  readonly onCustomer?: (customerId: string) => void;
  /** What nodes count together; without it each counts for itself. */
  readonly counts?: CountTable | undefined;
  /** For what is counted by the hour; without it each process counts for itself. */
  readonly limit?: MakeLimit;
  /** Asked for each time: the operator may change it while the server runs. */
  readonly config: () => WidgetConfig;
  readonly clock: Clock;
  /** Milliseconds that no change of the system's time moves: how long a peer has been silent is counted by it. */
  readonly elapsedMs?: () => number;
  readonly log: ChannelLog;
  readonly metrics?: ChannelMetrics;
  readonly limits?: Partial<WebLimits>;
}

/** Everything a visitor controls on the wire, and the rhythms of the server. */
export const webLimits = {
  ...limits,
  /** Frames of one socket: a resend of everything unsent after a long break, then a typist's rate. */
  framesBurstMax: 200,
  framesPerSecondMax: 50,
  /** Unreadable frames of one socket before it is closed. */
  badFramesMax: 5,
  /** Frames read ahead while one is being handled; then the socket is read no further until they are done. */
  framesAheadMax: 32,
  /** Events read from the store at a time. */
  pageLength: 100,
  /** After a message was put off, later ones of that socket are put off too, so that none overtakes it: until it comes again, or this long. */
  orderHoldMs: 10_000,
  /** Open sockets of this process, signed in or not. */
  socketsMax: 20_000,
  /** From our close frame to the end of the socket when the peer does not answer. */
  closeGraceMs: 5000,
  /** How often time-outs are looked at, heads are compared and places in the queue are told. */
  tickMs: 1000,
};
export type WebLimits = { readonly [name in keyof typeof webLimits]: number };
