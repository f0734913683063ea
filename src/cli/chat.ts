import { randomUUID } from 'node:crypto';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { toWireEvent } from '../channels/index.ts';
import { readConfig } from '../service/config.ts';
import {
  Fault,
  parseClientMessageId,
  parseCustomerId,
  parseVisitorId,
  type ChoicesBlock,
  type ClientMessageId,
  type ConversationId,
  type FormBlock,
} from '../core/index.ts';
import { createLog, createMetrics } from '../ops/index.ts';
import type { WireEvent } from '../protocol/index.ts';
import { openCore, type Core } from '../service/node.ts';
import { plainText } from './plain-text.ts';

const cacheFolder = resolve(import.meta.dirname, '../../.cache');
const pageLength = 100;
/** Longer than an effect under way stays claimed; what is due later, such as a reminder, keeps nobody waiting. */
const patienceMs = 120_000;

interface Options {
  readonly customer: string | undefined;
  readonly language: string;
  readonly json: boolean;
}

/**
 * A conversation in the terminal, through the same turns as the widget's. One line is one message; a number takes the
 * choice of that number; `/code` types the code that arrived on the sandbox phone, `/file PATH WORDS…` sends a file. With `--json` every message of
 * the bot or an agent is one JSON line, and a line of input is read only when the one before is dealt with.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const kept = process.env['KEFU_DATA'];
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'kefu-chat-')));
  const { wallet: _, ...settings } = readConfig(process.env);
  const config = { ...settings, dataFolder: folder, cacheFolder };
  const log = createLog({ level: 'error', pretty: true, to: process.stderr });
  const core = await openCore(config, createMetrics(), log);
  try {
    await new Chat(core, options).run();
    return 0;
  } finally {
    await core.close();
    if (kept === undefined) await rm(folder, { recursive: true, force: true });
  }
}

function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      as: { type: 'string' },
      lang: { type: 'string', default: 'en' },
      json: { type: 'boolean', default: false },
    },
  });
  return { customer: values.as, language: values.lang, json: values.json };
}

class Chat {
  readonly #core: Core;
  readonly #options: Options;
  #conversation: ConversationId | undefined;
  #shown = 0;
  #choices: ChoicesBlock | undefined;
  #form: FormBlock | undefined;
  #phoneRead = 0;
  #lastCode = '';
  #visitorId = '';

  constructor(core: Core, options: Options) {
    this.#core = core;
    this.#options = options;
  }

  async run(): Promise<void> {
    const id = await this.#open();
    await this.#settle(id);
    const prompts = !this.#options.json && process.stdin.isTTY;
    // Made after the first wait: lines that come before somebody reads them would be dropped.
    const lines = createInterface({
      input: process.stdin,
      ...(prompts && { output: process.stdout, prompt: '> ' }),
    });
    if (prompts) lines.prompt();
    for await (const line of lines) {
      if (line.trim() === '/quit') break;
      if (line.trim() !== '') await this.#say(id, line.trim());
      await this.#settle(id);
      if (prompts) lines.prompt();
    }
  }

  async #open(): Promise<ConversationId> {
    const visitorId = parseVisitorId(`terminal-${randomUUID()}`);
    const { customer, language } = this.#options;
    const customerId = customer === undefined ? undefined : parseCustomerId(customer);
    const known = this.#core.sandbox?.wallet.customers() ?? [];
    if (customer !== undefined && !known.some((one) => one.customerId === customerId)) {
      const ids = known.map((one) => one.customerId).join(', ');
      throw new Fault('not_found', `The sandbox has no customer "${customer}"; there are ${ids}.`);
    }
    if (!visitorId) throw new Fault('internal', 'a visitor id could not be made');
    this.#visitorId = visitorId;
    const who = { visitorId, ...(customerId !== undefined && { customerId }) };
    this.#conversation = await this.#core.turns.open(who, 'terminal', language);
    return this.#conversation;
  }

  async #say(id: ConversationId, line: string): Promise<void> {
    const cid = parseClientMessageId(randomUUID());
    if (!cid) throw new Fault('internal', 'a message id could not be made');
    if (line.startsWith('/file ')) return this.#send(id, cid, line.slice('/file '.length).trim());
    const text = line === '/code' ? this.#lastCode : line;
    if (this.#form?.secret && /^\d{4,8}$/.test(text)) {
      const { id: formId } = this.#form;
      return this.#tell(
        await this.#core.turns.submitSecret({ conversationId: id, cid, formId, code: text }),
      );
    }
    const option = this.#choices?.options[Number(text) - 1];
    const choice = option && this.#choices && { id: this.#choices.id, value: option.value };
    this.#tell(
      await this.#core.turns.receive({
        conversationId: id,
        cid,
        text: option?.label ?? text,
        ...(choice && { choice }),
      }),
    );
  }

  /** The path is everything up to the first space that no backslash precedes; the rest are words beside the file. */
  async #send(conversationId: ConversationId, cid: ClientMessageId, line: string): Promise<void> {
    const [, path = '', text = ''] = /^((?:\\ |\S)+)\s*(.*)$/.exec(line) ?? [];
    const { files, turns } = this.#core;
    const senderId = this.#visitorId;
    try {
      const name = basename(path.replaceAll('\\ ', ' '));
      const handle = await open(path.replaceAll('\\ ', ' '));
      const body = handle.createReadStream();
      const file = await files.put({ conversationId, senderId, name, body });
      const claimed = await files.claim([file.id], { conversationId, senderId, cid });
      this.#tell(await turns.receive({ conversationId, cid, text, files: claimed ?? [] }));
    } catch (error) {
      console.error(error instanceof Error ? error.message : String(error));
    }
  }

  #tell(received: { readonly kind: string; readonly code?: string; readonly message?: string }) {
    if (received.kind === 'refused') console.error(`${received.code}: ${received.message}`);
  }

  /** Until nothing is left to do in this store, showing what comes: it holds this conversation alone. */
  async #settle(id: ConversationId): Promise<void> {
    const { store, bus } = this.#core;
    for (;;) {
      const moved = Promise.withResolvers<void>();
      const stop = bus.subscribe(`c:${id}`, () => moved.resolve());
      const open = await store.conversations.unhandled(Date.now() + 1, 1);
      const due = await store.outbox.nextDueMs();
      await this.#show(id);
      const isQuiet = due === undefined || due > Date.now() + patienceMs;
      if (open.length === 0 && isQuiet) return stop();
      // A hint may come before we listen; looking again soon costs nothing here.
      const timer = setTimeout(moved.resolve, 50);
      await moved.promise;
      clearTimeout(timer);
      stop();
    }
  }

  async #show(id: ConversationId): Promise<void> {
    for (;;) {
      const page = await this.#core.store.conversations.readVisible(id, this.#shown, pageLength);
      for (const logged of page) {
        this.#shown = logged.seq ?? this.#shown;
        const event = toWireEvent(logged);
        if (event) this.#print(event);
      }
      if (page.length < pageLength) break;
    }
    this.#readPhone();
  }

  #print(event: WireEvent): void {
    if (event.type === 'message' && event.from === 'bot') {
      this.#choices = event.blocks.findLast((block) => block.type === 'choices');
      this.#form = event.blocks.findLast((block) => block.type === 'form');
    }
    if (this.#options.json) {
      if (event.type === 'message' && event.from !== 'customer') console.log(JSON.stringify(event));
      return;
    }
    const text = plainText(event);
    if (text !== '') console.log(`${text}\n`);
  }

  #readPhone(): void {
    const { customer } = this.#options;
    if (customer === undefined) return;
    for (const message of this.#core.sandbox?.phone.messages(customer, this.#phoneRead) ?? []) {
      this.#phoneRead = message.n;
      if (message.kind !== 'code') continue;
      this.#lastCode = message.code;
      if (!this.#options.json) console.log(`[phone] code ${message.code}  (/code types it)\n`);
    }
  }
}
