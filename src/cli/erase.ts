import { randomUUID } from 'node:crypto';
import { createAudit, entryOfEvent } from '../audit/index.ts';
import { Fault, type ConversationId, type CustomerId } from '../core/index.ts';
import {
  erased,
  evolve,
  initialState,
  type ConversationState,
  type LoggedEvent,
} from '../dialogue/index.ts';
import { createFiles } from '../files/index.ts';
import { readWholeLog, type Store } from '../store/index.ts';
import { filesIn, openPerson, personArgs, recordsOf, type PersonalData } from './person.ts';

interface Found {
  readonly id: ConversationId;
  readonly events: readonly LoggedEvent[];
}

/**
 * Erases one customer from the data folder of a stopped service: files, then records, then the words of each conversation, so
 * that what a crash interrupts is found again by the next run. The log keeps its events, positions and times and folds
 * as before. Refused while people have one of the conversations, or an account action is under way.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = personArgs(args);
  const { customer } = options;
  const person = await openPerson(options);
  const { store, conversations } = person;
  try {
    const found: Found[] = [];
    for (const id of conversations)
      found.push({ id, events: await readWholeLog(store.conversations, id) });
    refuseOpen(found);
    const records = await recordsOf(person.personal, [customer]);
    const what = `${found.length} conversations and ${records.length} records of ${customer}`;
    if (!options.yes) {
      console.log(`${what} would be erased. This cannot be undone: add --yes to do it.`);
      return 1;
    }
    const audit =
      store.audit && createAudit({ store: store.audit, clock: Date.now, entryOf: entryOfEvent });
    // What happened is in the chain before the log forgets who it was.
    while (audit && (await audit.follow(500)) > 0);
    const files = await eraseAll(person, { customer, data: options.data, found });
    await audit?.record({
      kind: 'operator.customer.erased',
      actor: 'operator',
      subject: `customer:${customer}`,
      details: { conversations: found.length, files },
    });
    console.log(`Erased: ${what}, ${files} files.`);
    console.log('What the wallet keeps of them, the audit chain and backups are not touched.');
    return 0;
  } finally {
    await store.close();
  }
}

async function eraseAll(
  { store, personal }: PersonalData,
  {
    customer,
    data,
    found,
  }: {
    readonly customer: CustomerId;
    readonly data: string;
    readonly found: readonly Found[];
  },
): Promise<number> {
  const { records } = store;
  const common = { folder: data, clock: Date.now, randomId: randomUUID };
  const files = createFiles({ ...common, records, blobs: store.blobs });
  let removed = 0;
  for (const { id, events } of found) {
    for (const file of filesIn(events)) {
      await files.remove(file.id);
      removed += 1;
    }
    await removeRecords(store, await recordsOf(personal, [id]));
    await eraseConversation({ store, personal }, { id, events });
  }
  await removeRecords(store, await recordsOf(personal, [customer]));
  await personal.scrub();
  return removed;
}

async function removeRecords(
  { records }: Store,
  all: readonly { readonly kind: string; readonly key: string }[],
): Promise<void> {
  for (const { kind, key } of all) await records.remove(kind, key);
}

async function eraseConversation(
  { personal }: Pick<PersonalData, 'store' | 'personal'>,
  { id, events }: Found,
): Promise<void> {
  const visitorId = `erased-${randomUUID()}`;
  const bare = events.map((logged) => ({ ...logged, event: erased(logged.event, visitorId) }));
  const result = await personal.rewrite({
    conversationId: id,
    expect: events.length,
    events: bare,
    snapshot: bare.reduce(evolve, initialState),
  });
  if (result !== 'rewritten') {
    throw new Fault('store_failed', `Conversation ${id} changed meanwhile: run the command again.`);
  }
}

/** A person at work would lose the thread, and an account action its answer. */
function refuseOpen(found: readonly Found[]): void {
  const open = found.filter(({ events }) => isUnderWay(events.reduce(evolve, initialState)));
  if (open.length === 0) return;
  const ids = open.map(({ id }) => id).join(', ');
  throw new Fault(
    'bad_request',
    `Nothing was erased: people have ${ids}, or an account action is under way there. Close these first.`,
  );
}

function isUnderWay({ owner, closed, actions, agentActions = {} }: ConversationState): boolean {
  const isPeoples = owner.by !== 'bot' && !closed;
  const own = Object.values(actions).some(({ state }) => state !== 'ended');
  const agents = Object.values(agentActions).some(
    ({ state }) => state !== 'ended' && state !== 'declined',
  );
  return isPeoples || own || agents;
}
