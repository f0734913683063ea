import type { PlatformApi } from './api.ts';
import type { Address, Driver } from './driver.ts';
import { acceptItem, type ReceivingDeps } from './receiving.ts';

const cursorKind = 'platform-cursor';
/** The safety net behind the callbacks. */
const everyMs = 60_000;
/** Pages in one go: some ten thousand messages. */
const pagesMax = 100;

/**
 * Fetches messages of platforms whose webhook only says that there are some. The cursor moves on after a page is accepted,
 * so a crash reads a page again, and its keys make that harmless.
 */
export class Puller {
  readonly #deps: ReceivingDeps;
  readonly #api: PlatformApi;
  readonly #pull: NonNullable<Driver['pull']>;
  #hint: Address | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: ReceivingDeps, api: PlatformApi, pull: NonNullable<Driver['pull']>) {
    this.#deps = deps;
    this.#api = api;
    this.#pull = pull;
  }

  start(): void {
    this.#timer = setInterval(() => this.nudge(), everyMs);
    this.nudge();
  }

  nudge(body?: unknown): void {
    this.#hint = this.#pull.hint(body) ?? this.#hint;
    this.#again = true;
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
  }

  async drain(): Promise<void> {
    clearInterval(this.#timer);
    this.#again = false;
    await this.#running;
  }

  async #loop(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#read();
      } catch (err) {
        this.#deps.log.error({ err, platform: this.#api.driver.name }, 'messages were not fetched');
      }
    }
  }

  async #read(): Promise<void> {
    const { records, tally } = this.#deps;
    const key = this.#api.driver.name;
    for (let page = 0; page < pagesMax; page += 1) {
      const cursor = await records.get(cursorKind, key);
      const answer = await this.#api.ask((own) => this.#pull.call(cursor, this.#hint, own));
      const read = answer && this.#pull.read(answer);
      if (!read) return tally.unread(key, 'messages could not be fetched');
      tally.fetched(key);
      for (const item of read.items) await acceptItem(this.#deps, this.#api, item);
      if (cursor === undefined) await records.insert(cursorKind, key, read.cursor);
      else if (cursor !== read.cursor) await records.replace(cursorKind, key, cursor, read.cursor);
      if (!read.more) return;
    }
  }
}
