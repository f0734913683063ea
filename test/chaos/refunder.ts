import type { Block } from '../../src/core/index.ts';
import type { WireEvent } from '../../src/protocol/index.ts';
import type { ChaosClient } from './client.ts';

const nudgeMs = 4000;
const nudgesMax = 12;

/**
 * A customer who gets one payment back: asks, picks, proves who they are, agrees, and asks again when
 * nothing comes. What the bot shows decides what is answered, whatever the order of its questions.
 */
export class Refunder {
  readonly #client: ChaosClient;
  readonly #transactionId: string;
  readonly #codeFor: (formId: string) => Promise<string>;
  readonly #answered = new Set<string>();
  #nudges = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #done = Promise.withResolvers<boolean>();

  constructor(
    client: ChaosClient,
    transactionId: string,
    codeFor: (formId: string) => Promise<string>,
  ) {
    this.#client = client;
    this.#transactionId = transactionId;
    this.#codeFor = codeFor;
  }

  /** True when the bot has shown the refund, false when the customer gave up asking. */
  run(): Promise<boolean> {
    this.#client.onEvent = (event) => this.#hear(event);
    this.#ask();
    this.#timer = setInterval(() => this.#nudge(), nudgeMs);
    return this.#done.promise.finally(() => clearInterval(this.#timer));
  }

  #ask(): void {
    this.#client.say(`I want a refund for ${this.#transactionId}`);
  }

  #nudge(): void {
    if (!this.#client.idle) return;
    this.#nudges += 1;
    if (this.#nudges > nudgesMax) this.#done.resolve(false);
    else this.#ask();
  }

  #hear(event: WireEvent): void {
    if (event.type !== 'message' || event.from !== 'bot') return;
    for (const block of event.blocks) this.#answer(block);
  }

  #answer(block: Block): void {
    if (block.type === 'card' && block.kind === 'refund') this.#done.resolve(true);
    if (block.type === 'form' && block.secret && this.#isNew(block.id)) {
      void this.#codeFor(block.id).then((code) => this.#client.sendCode(block.id, code));
    }
    if (block.type !== 'choices' || !this.#isNew(block.id)) return;
    const yes = block.options.find(({ value }) => value === 'yes');
    const own = block.options.find(({ value }) => value.includes(this.#transactionId));
    const option = own ?? yes ?? block.options[0];
    if (option) this.#client.say(option.label, { id: block.id, value: option.value });
  }

  #isNew(id: string): boolean {
    if (this.#answered.has(id)) return false;
    this.#answered.add(id);
    return true;
  }
}
