import type { Clock, ConversationId, Phrasebook } from '../../core/index.ts';
import type { ConversationState } from '../../dialogue/index.ts';
import type { Files } from '../../files/index.ts';
import type { HttpServer } from '../../http/index.ts';
import type { VisitorSessions } from '../../identity/index.ts';
import type { ConversationStore, RecordStore, StoredConversation } from '../../store/index.ts';
import type { Outlets, Turns } from '../../turn/index.ts';
import type { PlatformName } from './driver.ts';
import type { Requests } from './requests.ts';
import type { PlatformSettings } from './settings.ts';

export interface PlatformsDeps {
  readonly settings: PlatformSettings;
  readonly turns: Pick<Turns, 'chats' | 'receive' | 'submitSecret' | 'rate'>;
  readonly outlets: Outlets;
  readonly conversations: Pick<ConversationStore, 'load' | 'readVisible' | 'readAll' | 'heads'>;
  /** Finds a customer's other conversations; without it nothing is offered by email. */
  readonly customers?: Pick<ConversationStore, 'findByCustomer'>;
  readonly records: RecordStore;
  readonly fold: (stored: StoredConversation) => ConversationState;
  readonly files: Files;
  readonly http: Pick<HttpServer, 'app' | 'onHook'>;
  readonly visitors: Pick<VisitorSessions, 'identified'>;
  readonly phrasebook: () => Phrasebook;
  readonly brand: () => string;
  readonly defaultLanguage: () => string;
  /** How platforms and customers reach us; signatures are over it, links lead to it. */
  readonly publicUrl: string;
  /** Operators' own Botkit modules; undefined: none. */
  readonly pluginsFolder?: string;
  readonly clock: Clock;
  readonly log: PlatformLog;
  readonly metrics?: PlatformMetrics;
  readonly requests?: Requests;
}

/** Never given a token, a code or anyone's words. */
export interface PlatformLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface PlatformMetrics {
  count(
    what:
      'platform_in' | 'platform_refused' | 'platform_out' | 'platform_delayed' | 'platform_failed',
    reason: string,
  ): void;
}

export interface Chat {
  readonly conversationId: ConversationId;
  readonly platform: PlatformName;
}
