import { writeSync } from 'node:fs';
import { parseConversationId } from '../../src/core/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import type { Store } from '../../src/store/index.ts';

/**
 * Appends under load until it is killed, and writes a line for each step to the other end of a pipe:
 * `ack <conversation> <cid> <pos> <seq>`, `open <ms>`, `try <conversation> <cid>`, `record <cid>`. Arguments: folder, name of the run, senders,
 * messages each (0: until killed), and the cids that a former run never had an answer to.
 */
const [folder = '', run = '', senders = '1', messages = '0', ...unanswered] = process.argv.slice(2);

function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

async function send(store: Store, name: string, cid: string): Promise<void> {
  const conversationId = parseConversationId(name);
  if (!conversationId) throw new Error(`not an id: ${name}`);
  const result = await store.conversations.append({
    conversationId,
    create: { visitorId: name, channel: 'web' },
    dedupe: { key: cid, fingerprint: cid },
    atMs: Date.now(),
    events: [
      { type: 'message.received', cid, text: `text of ${cid}` },
      { type: 'bot.awaits', pending: null },
    ],
    outbox: [{ id: `work-${cid}`, kind: 'action', payload: { cid }, dueAtMs: 0 }],
  });
  if (result.kind === 'refused') throw new Error(`refused: ${result.reason}`);
  const logged = result.kind === 'committed' ? result.events[0] : result.first[0];
  tell(`ack ${name} ${cid} ${logged?.pos} ${logged?.seq}`);
}

async function sender(store: Store, number: number): Promise<void> {
  // Two senders share a conversation.
  const name = `c${Math.floor(number / 2)}`;
  for (let i = 0; messages === '0' || i < Number(messages); i += 1) {
    const cid = `${run}-${number}-${i}`;
    tell(`try ${name} ${cid}`);
    await send(store, name, cid);
    if (i % 5 !== 0) continue;
    if (await store.records.insert('used', cid, run)) tell(`record ${cid}`);
  }
}

const startedMs = performance.now();
const store = await openSqliteStore({ folder, clock: Date.now });
tell(`open ${Math.round(performance.now() - startedMs)}`);
for (const entry of unanswered) {
  const [name = '', cid = ''] = entry.split('=');
  await send(store, name, cid);
}
await Promise.all(Array.from({ length: Number(senders) }, (_, i) => sender(store, i)));
await store.close();
