import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault, parseCustomerId, type ConversationId, type CustomerId } from '../core/index.ts';
import type { LoggedEvent } from '../dialogue/index.ts';
import { createLog } from '../ops/index.ts';
import {
  openPostgresStore,
  openSqliteStore,
  type PersonalRecord,
  type PersonalStore,
  type Store,
} from '../store/index.ts';

const pageLength = 500;
/** Accounts of people who work here, and the operator's own settings, are nobody's as a customer. */
const staffKinds = /^(?:agent|presence|webhook|installation|content|settings)/;

export interface PersonArgs {
  readonly customer: CustomerId;
  readonly data: string;
  readonly yes: boolean;
}

/** The customer whom a command is about, and where the data is. */
export function personArgs(args: readonly string[]): PersonArgs {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string', default: process.env['KEFU_DATA'] ?? 'data' },
      yes: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const customer = parseCustomerId(positionals[0]);
  if (customer === undefined || positionals.length > 1) {
    throw new Fault('bad_request', 'Name one customer by the id that your wallet knows them by.');
  }
  return { customer, data: resolve(values.data), yes: values.yes };
}

export interface PersonalData {
  readonly store: Store;
  readonly personal: PersonalStore;
  readonly conversations: readonly ConversationId[];
}

/** The store of a stopped service, or of running ones that share a database, with everything in it that leads to the customer. Closed by closing its store. */
export async function openPerson({ customer, data }: PersonArgs): Promise<PersonalData> {
  if (!existsSync(data)) {
    throw new Fault('not_found', `There is no data folder at ${data}: name it with --data.`);
  }
  const log = createLog({ level: 'error', pretty: true, to: process.stderr });
  const url = process.env['KEFU_DATABASE_URL'];
  const common = { clock: Date.now, log };
  const store = await (url === undefined
    ? openSqliteStore({ folder: data, ...common })
    : openPostgresStore({ url, ...common }));
  const { personal } = store;
  // Of whom a conversation once was is known to the index only up to where it has followed the log.
  while ((await store.deskIndex.follow(pageLength)) > 0);
  return { store, personal, conversations: await personal.conversationsOf(customer) };
}

/** Records of sessions, codes, files and channels that lead to one of these ids. */
export async function recordsOf(
  personal: PersonalStore,
  ids: readonly string[],
): Promise<readonly PersonalRecord[]> {
  const found = await personal.recordsNaming(ids);
  return found.filter(({ kind }) => !staffKinds.test(kind));
}

/** Ids of what was attached, by either side. */
export function filesIn(events: readonly LoggedEvent[]) {
  return events.flatMap(({ event }) => ('files' in event ? (event.files ?? []) : []));
}
