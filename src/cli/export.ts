import { isMoney, moneyDecimal, type Value } from '../core/index.ts';
import { readWholeLog } from '../store/index.ts';
import { filesIn, openPerson, personArgs, recordsOf } from './person.ts';

/** What a record holds to keep others out is no information about the customer, and would let who reads it in. */
const secretFields: ReadonlySet<string> = new Set(['hash', 'salt', 'sid']);

/**
 * Everything that is stored about one customer, as JSON: their conversations with every word and note, which files came
 * with them, and the records that lead to them. What the wallet keeps is the wallet's to show.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = personArgs(args);
  const { customer } = options;
  const { store, personal, conversations } = await openPerson(options);
  try {
    const logs = [];
    for (const id of conversations) {
      const events = await readWholeLog(store.conversations, id);
      logs.push({ id, events: events.map(readable), files: filesIn(events) });
    }
    const records = await recordsOf(personal, [customer, ...conversations]);
    const all = {
      customer,
      exportedAt: new Date().toISOString(),
      conversations: logs,
      records: records.map(({ kind, key, body }) => ({ kind, key, body: parsed(body) })),
      elsewhere: 'Accounts, payments, refunds and tickets are kept by the wallet.',
    };
    console.log(JSON.stringify(all, plain, 2));
    return 0;
  } finally {
    await store.close();
  }
}

function readable<E extends { readonly atMs: number }>({ atMs, ...rest }: E) {
  return { at: new Date(atMs).toISOString(), ...rest };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function plain(name: string, value: unknown): unknown {
  if (secretFields.has(name)) return undefined;
  // Everything here was read from our own log.
  const one = value as Value;
  if (isMoney(one)) return { amount: moneyDecimal(one), currency: one.currency };
  return typeof value === 'bigint' ? value.toString() : value;
}
