import type { Block } from '../../src/core/index.ts';
import type { WireEvent } from '../../src/protocol/index.ts';
import type { ChaosClient } from './client.ts';

const nudgeMs = 4000;
/** People answer the last thing that was asked, once it has been quiet for a moment. */
const thinkMs = 150;
/** Of a few codes an hour none is to be wasted: one that has not come by then was lost with its process. */
const codeWaitMs = 12_000;
const lookEveryMs = 60;

/** A phone whose owner reads every code as it comes, since the sandbox's phone forgets when its process dies. */
export class WatchedPhone {
  readonly #codes: string[] = [];
  #stopped = false;

  constructor(customerId: string, base: () => string) {
    void this.#watch(customerId, base);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** How many codes have come. */
  get count(): number {
    return this.#codes.length;
  }

  /** The newest code, when more than `known` have come by then. */
  async codeAfter(known: number): Promise<string | undefined> {
    const untilMs = Date.now() + codeWaitMs;
    while (this.#codes.length <= known && Date.now() < untilMs) await pause(lookEveryMs);
    return this.#codes.length > known ? this.#codes.at(-1) : undefined;
  }

  async #watch(customerId: string, base: () => string): Promise<void> {
    const query = `customerId=${customerId}&after=0&waitMs=0`;
    while (!this.#stopped) {
      try {
        const reply = await fetch(`${base()}/demo/api/phone?${query}`);
        const { messages } = (await reply.json()) as {
          messages: { kind: string; code?: string }[];
        };
        for (const { code } of messages) {
          if (code !== undefined && !this.#codes.includes(code)) this.#codes.push(code);
        }
      } catch {
        // The process is down at the moment.
      }
      await pause(lookEveryMs);
    }
  }
}

/**
 * A customer who gets one payment back: asks, picks, proves who they are, agrees, and asks again when
 * nothing comes. What the bot shows decides what is answered, whatever the order of its questions.
 */
export class Refunder {
  readonly #client: ChaosClient;
  readonly #phone: WatchedPhone;
  readonly #answered = new Set<string>();
  #codesUsed = 0;
  #timer: NodeJS.Timeout | undefined;
  #thinking: NodeJS.Timeout | undefined;
  readonly #done = Promise.withResolvers<void>();

  constructor(client: ChaosClient, phone: WatchedPhone) {
    this.#client = client;
    this.#phone = phone;
  }

  /** Resolves when the bot has shown the refund. */
  run(): Promise<void> {
    this.#client.onEvent = (event) => this.#hear(event);
    this.#ask();
    this.#timer = setInterval(() => {
      if (this.#client.idle) this.#ask();
    }, nudgeMs);
    return this.#done.promise.finally(() => {
      clearInterval(this.#timer);
      clearTimeout(this.#thinking);
    });
  }

  #ask(): void {
    this.#client.say('I want my money back for a purchase');
  }

  #hear(event: WireEvent): void {
    if (event.type !== 'message' || event.from !== 'bot') return;
    const { blocks } = event;
    if (blocks.some((block) => block.type === 'card' && block.kind === 'refund')) {
      return this.#done.resolve();
    }
    clearTimeout(this.#thinking);
    this.#thinking = setTimeout(() => this.#reply(blocks), thinkMs);
  }

  #reply(blocks: readonly Block[]): void {
    const form = blocks.find((block) => block.type === 'form' && block.secret);
    const choices = blocks.find((block) => block.type === 'choices');
    if (form?.type === 'form') void this.#enterCode(form.id, choices);
    else if (choices) this.#choose(choices);
  }

  /** A code that never came (it was lost with its process) is asked for again by the first choice. */
  async #enterCode(formId: string, choices: Block | undefined): Promise<void> {
    if (!this.#isNew(formId)) return;
    const code = await this.#phone.codeAfter(this.#codesUsed);
    this.#codesUsed = this.#phone.count;
    if (code !== undefined) this.#client.sendCode(formId, code);
    else if (choices) this.#choose(choices);
  }

  #choose(choices: Block): void {
    if (choices.type !== 'choices' || !this.#isNew(choices.id)) return;
    const { id, options } = choices;
    const option = options.find(({ value }) => value === 'yes') ?? options[0];
    if (option) this.#client.say(option.label, { id, value: option.value });
  }

  #isNew(id: string): boolean {
    if (this.#answered.has(id)) return false;
    this.#answered.add(id);
    return true;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
