import { limits, type ClientMessageId, type ConversationId } from '../../core/index.ts';
import type { PlatformApi } from './api.ts';
import type { Item } from './driver.ts';
import { receiveFile } from './keep-file.ts';
import type { PlatformsDeps } from './ports.ts';
import { cidOf, ensure, stateOf, visitorOf } from './receiving.ts';

const kind = 'platform-file';
/** Longer than any platform repeats itself. */
const keptMs = 8 * 24 * 60 * 60_000;
const triesMax = 4;
const retryFirstMs = 1000;
/** Unfinished ones that are taken up again at a start. */
const recoverMax = 1000;
/** Fetched at once; more wait in the order in which they came. */
const atOnceMax = 4;

interface Waiting {
  readonly platform: string;
  readonly item: Item;
  readonly conversationId: ConversationId;
  readonly isDone: boolean;
}

/**
 * Files that customers sent on a platform. That one is to be fetched is on disk before the platform hears that we have it;
 * fetching takes longer than a platform waits. A crash in between goes on at the next start.
 */
export class RemoteFiles {
  readonly #deps: PlatformsDeps;
  readonly #apis: ReadonlyMap<string, PlatformApi>;
  readonly #waiting: (() => Promise<void>)[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();

  constructor(deps: PlatformsDeps, apis: ReadonlyMap<string, PlatformApi>) {
    this.#deps = deps;
    this.#apis = apis;
  }

  async fetchLater(api: PlatformApi, item: Item, conversationId: ConversationId): Promise<void> {
    const platform = api.driver.name;
    const waiting: Waiting = { platform, item, conversationId, isDone: false };
    const body = JSON.stringify(waiting);
    const untilMs = this.#deps.clock() + keptMs;
    const isNew = await this.#deps.records.insert(kind, keyOf(waiting), body, untilMs);
    if (isNew) this.#queue(api, waiting);
  }

  async recover(): Promise<void> {
    for (const { body } of await this.#deps.records.list(kind, recoverMax)) {
      const waiting = JSON.parse(body) as Waiting;
      const api = this.#apis.get(waiting.platform);
      if (!waiting.isDone && api) this.#queue(api, waiting);
    }
  }

  /** What is under way ends; the rest waits on disk. */
  async drain(): Promise<void> {
    this.#stop.abort();
    this.#waiting.length = 0;
    await Promise.all(this.#running);
  }

  #queue(api: PlatformApi, waiting: Waiting): void {
    this.#waiting.push(() => this.#fetch(api, waiting));
    this.#next();
  }

  #next(): void {
    if (this.#running.size >= atOnceMax || this.#stop.signal.aborted) return;
    const start = this.#waiting.shift();
    if (!start) return;
    const job = start()
      .catch((err: unknown) => this.#deps.log.error({ err }, 'a file could not be received'))
      .finally(() => {
        this.#running.delete(job);
        this.#next();
      });
    this.#running.add(job);
  }

  async #fetch(api: PlatformApi, waiting: Waiting): Promise<void> {
    const { item, conversationId } = waiting;
    if (item.content.kind !== 'file') return;
    const bytes = await this.#download(api, item.content.file);
    if (this.#stop.signal.aborted && bytes === undefined) return;
    const cid = cidOf(api.driver, item.key);
    const { file, caption: text } = item.content;
    const senderId = visitorOf(api.driver, item.userId);
    const received = { conversationId, senderId, cid, name: file.name, text };
    const isKept = bytes !== undefined && (await receiveFile(this.#deps, { ...received, bytes }));
    if (!isKept) await this.#tellRefused(waiting, cid);
    await this.#deps.records.replace(
      kind,
      keyOf(waiting),
      JSON.stringify(waiting),
      JSON.stringify({ ...waiting, isDone: true }),
      this.#deps.clock() + keptMs,
    );
  }

  async #download(
    api: PlatformApi,
    file: Extract<Item['content'], { readonly kind: 'file' }>['file'],
  ): Promise<Buffer | undefined> {
    const { download } = api.driver;
    if (!download || (file.bytes ?? 0) > limits.fileBytesMax) return undefined;
    for (let nth = 0; nth < triesMax && !this.#stop.signal.aborted; nth += 1) {
      if (nth > 0) await pause(retryFirstMs * 4 ** (nth - 1), this.#stop.signal);
      const bytes = await api.download((own) => download(file, own), limits.fileBytesMax);
      if (bytes) return bytes;
    }
    return undefined;
  }

  async #tellRefused({ item, conversationId }: Waiting, cid: ClientMessageId): Promise<void> {
    const { turns, phrasebook } = this.#deps;
    const { language } = await stateOf(this.#deps, conversationId);
    const megabytes = Math.floor(limits.fileBytesMax / 1024 / 1024);
    const words = phrasebook().text(language, 'platform.file_refused', { megabytes });
    await turns.chats.tell(conversationId, `no-file:${cid}`, words);
    const caption = item.content.kind === 'file' ? item.content.caption : '';
    if (caption === '') return;
    const text = caption.slice(0, limits.textLengthMax).toWellFormed();
    await ensure(turns.receive({ conversationId, cid, text }));
  }
}

function keyOf({ platform, item }: Waiting): string {
  return `${platform}:${item.key}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}
