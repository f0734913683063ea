import type { ConversationId } from '../../core/index.ts';
import { asksForTurn } from '../../dialogue/index.ts';
import type { PlatformApi } from './api.ts';
import type { Item } from './driver.ts';
import type { PlatformsDeps } from './ports.ts';

/** The bot mostly answers sooner: then nobody is told that it writes, and a request to the platform is spared. */
const typingAfterMs = 700;
/** Inputs that are looked through for one that still asks for an answer. */
const inputsMax = 64;
/** Conversations that wait for an answer at once; those beyond are answered without being told of it. */
const waitingMax = 10_000;

export interface TypingDeps extends Pick<PlatformsDeps, 'conversations' | 'fold' | 'log'> {
  readonly afterMs?: number;
}

/** Tells a customer that the bot is writing, when its answer takes longer than a moment. Nothing hangs on it. */
export class Typing {
  readonly #deps: TypingDeps;
  readonly #timers = new Map<ConversationId, NodeJS.Timeout>();

  constructor(deps: TypingDeps) {
    this.#deps = deps;
  }

  /** They wrote: unless `answered` comes first, they are told in a moment. */
  heard(api: PlatformApi, item: Item, id: ConversationId): void {
    const { typing } = api.driver;
    if (!typing || item.content.kind === 'deleted') return;
    this.answered(id);
    if (this.#timers.size >= waitingMax) return;
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      this.#tell(api, item, id).catch((err: unknown) => {
        this.#deps.log.warn({ err, platform: api.driver.name }, 'typing could not be told');
      });
    }, this.#deps.afterMs ?? typingAfterMs);
    this.#timers.set(id, timer);
  }

  /** Words are on their way to them. */
  answered(id: ConversationId): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  async #tell(api: PlatformApi, item: Item, id: ConversationId): Promise<void> {
    const { typing } = api.driver;
    if (!typing || !(await this.#isAtWork(id))) return;
    await api.ask((settings) => typing(item.to, settings));
  }

  /** Whether the bot has yet to answer: not while a person has the word, and not once another node answered. */
  async #isAtWork(id: ConversationId): Promise<boolean> {
    const stored = await this.#deps.conversations.load(id);
    if (!stored) return false;
    const { owner, handledPos } = this.#deps.fold(stored);
    if (owner.by !== 'bot') return false;
    const inputs = await this.#deps.conversations.readAll(id, handledPos, inputsMax);
    return inputs.some(({ event }) => asksForTurn(event));
  }
}
