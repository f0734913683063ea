import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createActions } from '../../src/actions/index.ts';
import type { Block, ConversationId, Entity, Understanding } from '../../src/core/index.ts';
import { evolve, initialState, type LoggedEvent } from '../../src/dialogue/index.ts';
import { Death, mortal } from '../support/mortal.ts';
import { cid, level, logOf, openAs, openWorld, until, type World } from '../support/world.ts';
import type { WalletDoor } from './wallet-doors.ts';

/** A conversation that leads to one account action. */
export interface Script {
  readonly action: string;
  readonly intent: string;
  /** Signed in; nobody when left out. */
  readonly customer?: string;
  readonly entities?: readonly Entity[];
  /** Buttons taken wherever they are shown, by value or how they begin; else the first one. */
  readonly presses?: readonly string[];
  /** Free answers, in their order. */
  readonly texts?: readonly string[];
}

/** What the customer does next: what a page would send. */
interface Answer {
  readonly cid: ReturnType<typeof cid>;
  readonly text: string;
  readonly choice?: { readonly id: string; readonly value: string };
  readonly secret?: { readonly formId: string; readonly code: string };
}

/** In memory where the system has such a place: this is about the order of calls, not about disks. */
async function scratch(): Promise<string> {
  const name = 'kefu-death-';
  return mkdtemp(join('/dev/shm', name)).catch(() => mkdtemp(join(tmpdir(), name)));
}

const opening = 'the opening message';

function reading({ intent, entities = [] }: Script) {
  return (text: string): Understanding => ({
    text,
    language: 'en',
    languageConfidence: 1,
    ...(text === opening
      ? { intents: [{ intent, confidence: 0.99 }], verdict: 'answer' }
      : { intents: [], verdict: 'refuse' }),
    entities: text === opening ? [] : entities,
  });
}

/** A node on a folder; its wallet, behind the given door, stays when it dies. */
async function openNode(folder: string, script: Script, door: WalletDoor, death?: Death) {
  const world = await openWorld({
    folder: join(folder, 'node'),
    understand: reading(script),
    wrap: ({ store }) => {
      const parts = { store, actions: createActions(door.wallet) };
      return death ? mortal(death, parts) : parts;
    },
  });
  return world;
}

function lastBlocks(log: readonly LoggedEvent[]): readonly Block[] {
  const said = log.findLast(({ event }) => event.type === 'bot.said')?.event;
  return said?.type === 'bot.said' ? said.blocks : [];
}

/** What a customer who wants this done answers to what stands there. */
function nextAnswer(
  script: Script,
  log: readonly LoggedEvent[],
  world: World,
  texts: string[],
): Answer {
  if (!log.some(({ event }) => event.type === 'message.received')) {
    return { cid: cid(), text: opening };
  }
  const blocks = lastBlocks(log);
  const form = blocks.find((block) => block.type === 'form');
  if (form?.type === 'form' && form.secret) {
    const message = world.phone.messages(script.customer ?? '', 0).at(-1);
    if (message?.kind !== 'code') throw new Error('no code came');
    return { cid: cid(), text: '', secret: { formId: form.id, code: message.code } };
  }
  const choices = blocks.find((block) => block.type === 'choices');
  const options = choices?.type === 'choices' ? choices.options : [];
  const wanted = options.find(({ value, label }) =>
    script.presses?.some((press) => value === press || label.startsWith(press)),
  );
  const isOpen = options.length === 0 || options[0]?.value === '_skip';
  const option = wanted ?? (isOpen ? undefined : options[0]);
  if (choices?.type !== 'choices' || !option) {
    const text = texts.shift();
    if (text === undefined) throw new Error(`nothing to answer: ${JSON.stringify(blocks)}`);
    return { cid: cid(), text };
  }
  return { cid: cid(), text: option.label, choice: { id: choices.id, value: option.value } };
}

async function send(world: World, conversationId: ConversationId, answer: Answer) {
  const { secret, ...message } = answer;
  if (secret) await world.turns.submitSecret({ conversationId, cid: message.cid, ...secret });
  else await world.turns.receive({ conversationId, ...message });
}

export const isAsked = (log: readonly LoggedEvent[], action: string): boolean =>
  log.some(({ event }) => event.type === 'action.requested' && event.action === action);

const answersMax = 20;

/** The bot has come to rest, and no code is still on its way to the phone. */
function atRest(log: readonly LoggedEvent[]): true | undefined {
  const { pending } = log.reduce(evolve, initialState);
  const isSending = pending?.kind === 'code' && pending.formId === undefined;
  return isSending ? undefined : level(log);
}

/** Plays until the action is asked for; with `upTo`, until that many answers were given. */
async function play(world: World, script: Script, upTo = answersMax) {
  const id = await openAs(world, script.customer);
  const texts = [...(script.texts ?? [])];
  for (let given = 0; ; given += 1) {
    await until(world, id, atRest);
    const log = await logOf(world, id);
    if (isAsked(log, script.action)) return { id, given, next: undefined };
    if (given === answersMax) throw new Error(`${script.action} was never asked for`);
    const next = nextAnswer(script, log, world, texts);
    if (given === upTo) return { id, given, next };
    await send(world, id, next);
  }
}

/** Everything up to the answer that has the action asked for, on disk, to be died in from there again and again. */
export interface Rehearsal {
  readonly script: Script;
  readonly folder: string;
  readonly conversation: ConversationId;
  readonly last: Answer;
  /** Rows of the wallet's tables before it. */
  readonly rows: { readonly [table: string]: number };
}

export async function rehearse(
  script: Script,
  open: (folder: string) => Promise<WalletDoor>,
): Promise<Rehearsal> {
  const first = await scratch();
  const { given } = await inNode(first, script, open, (world) => play(world, script));
  await rm(first, { recursive: true, force: true });
  const folder = await scratch();
  const { id, next, file } = await inNode(folder, script, open, (world) =>
    play(world, script, given - 1),
  );
  if (!next) throw new Error('nothing is left to be answered');
  return { script, folder, conversation: id, last: next, rows: rowsOf(file) };
}

async function inNode<T extends object>(
  folder: string,
  script: Script,
  open: (folder: string) => Promise<WalletDoor>,
  work: (world: World) => Promise<T>,
): Promise<T & { readonly file: string }> {
  const door = await open(folder);
  const world = await openNode(folder, script, door);
  try {
    return { ...(await work(world)), file: door.file };
  } finally {
    await world.close();
    await door.close();
  }
}

/** A code that was used up in the moment of death counts no more: the customer asks for another. */
async function carryOn(world: World, conversation: ConversationId, script: Script): Promise<void> {
  for (let tries = 0; tries < answersMax; tries += 1) {
    await until(world, conversation, atRest);
    const log = await logOf(world, conversation);
    if (isAsked(log, script.action)) return;
    const hasCode = world.phone.messages(script.customer ?? '', 0).length > 0;
    const presses = ['resend'];
    const next = nextAnswer({ ...script, presses }, hasCode ? log : withoutForms(log), world, []);
    await send(world, conversation, next);
  }
  throw new Error(`${script.action} was never asked for again`);
}

/** As a customer sees it who has no code to enter. */
function withoutForms(log: readonly LoggedEvent[]): readonly LoggedEvent[] {
  return log.map((logged) => {
    const { event } = logged;
    if (event.type !== 'bot.said') return logged;
    const blocks = event.blocks.filter(({ type }) => type !== 'form');
    return { ...logged, event: { ...event, blocks } };
  });
}

export interface Aftermath {
  /** Calls of the store and the wallet that the node made. */
  readonly calls: number;
  readonly log: readonly LoggedEvent[];
  /** Rows of every table of the wallet. */
  readonly rows: { readonly [table: string]: number };
  readonly balanced: boolean;
  /** Everything the customer can see of their account. */
  readonly account: unknown;
}

/** The last answer is given, the node dies at the given call, comes back, and the customer's page sends again. */
export async function dieAt(
  { script, folder, conversation, last }: Rehearsal,
  open: (folder: string) => Promise<WalletDoor>,
  { at, after }: { readonly at: number; readonly after: boolean },
): Promise<Aftermath> {
  const own = await scratch();
  await cp(folder, own, { recursive: true });
  const door = await open(own);
  const death = new Death(at, after);
  const first = await openNode(own, script, door, death);
  death.arm();
  const done = send(first, conversation, last).then(() => until(first, conversation, level));
  await death.outlives(done.then(() => first.turns.drain()));
  await first.abandon();
  const second = await openNode(own, script, door);
  await send(second, conversation, last);
  await carryOn(second, conversation, script);
  await second.turns.drain();
  const log = await logOf(second, conversation);
  const { errors } = second;
  if (errors.length > 0) throw new Error(errors.join('\n'));
  await second.abandon();
  const account = await seen(door, script);
  const balanced = door.balanced();
  await door.close();
  const rows = rowsOf(door.file);
  await rm(own, { recursive: true, force: true });
  return { calls: death.calls, log, rows, balanced, account };
}

async function seen({ wallet }: WalletDoor, { customer }: Script): Promise<unknown> {
  if (customer === undefined) return null;
  const call = { customerId: customer };
  const all = await Promise.all([
    wallet.getAccount(call),
    wallet.getBalances(call),
    wallet.listTransactions({ ...call, limit: 50 }),
    wallet.listWithdrawals({ ...call, limit: 50 }),
  ]);
  return all.map((answer) => (answer.kind === 'ok' ? states(answer.result) : answer));
}

/** States and amounts; ids and times of what was made differ from one life to the next. */
function states(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(states);
  if (typeof result !== 'object' || result === null) return result;
  const kept = ['state', 'status', 'amount', 'available', 'held', 'phone', 'email', 'refundable'];
  return Object.fromEntries(Object.entries(result).filter(([name]) => kept.includes(name)));
}

function rowsOf(file: string): { readonly [table: string]: number } {
  const db = new DatabaseSync(file, { readOnly: true });
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  const counts = tables.map(({ name }): [string, number] => {
    const row = db.prepare(`SELECT count(*) AS n FROM "${String(name)}"`).get();
    return [String(name), Number(row?.['n'])];
  });
  db.close();
  return Object.fromEntries(counts);
}
