import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { parseConversationId } from '../../src/core/index.ts';
import type { LoggedEvent } from '../../src/dialogue/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';
import { freshFolder } from './support.ts';

const program = new URL('append-forever.ts', import.meta.url).pathname;
const senders = 16;
/** A few in a usual run; many, from outside, to look for what is rare. */
const kills = Number(process.env['KEFU_KILLS'] ?? 6);

interface Acknowledged {
  readonly conversation: string;
  readonly pos: number;
  readonly seq: number;
}

/** What the processes were told, kept on this side of the pipe. */
class Ledger {
  readonly acks = new Map<string, Acknowledged>();
  readonly records = new Set<string>();
  readonly tried = new Map<string, string>();

  hear(line: string): void {
    const [what, ...rest] = line.split(' ');
    if (what === 'try') this.tried.set(rest[1] ?? '', rest[0] ?? '');
    if (what === 'record') this.records.add(rest[0] ?? '');
    if (what !== 'ack') return;
    const [conversation = '', cid = '', pos, seq] = rest;
    this.acks.set(cid, { conversation, pos: Number(pos), seq: Number(seq) });
  }

  unanswered(): string[] {
    return [...this.tried]
      .filter(([cid]) => !this.acks.has(cid))
      .map(([cid, conversation]) => `${conversation}=${cid}`);
  }
}

/** Runs the program and kills it without warning after so many acknowledgements. */
async function runAndKill(folder: string, run: string, ledger: Ledger, acks: number) {
  const args = [program, folder, run, String(senders), '0', ...ledger.unanswered()];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.on('exit', resolve));
  let openMs = Infinity;
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    ledger.hear(line);
    if (line.startsWith('open ')) openMs = Number(line.slice(5));
    if (line.startsWith('ack ')) heard += 1;
    if (heard === acks) child.kill('SIGKILL');
  }
  await exited;
  return { openMs, heard };
}

function cidOf({ event }: LoggedEvent): string | undefined {
  return event.type === 'message.received' ? event.cid : undefined;
}

test('a process killed under load loses nothing acknowledged and doubles nothing', async () => {
  const folder = await freshFolder();
  const ledger = new Ledger();
  for (let i = 0; i < kills; i += 1) {
    const acks = 1 + ((i * 137) % 400);
    const { openMs, heard } = await runAndKill(folder, `run${i}`, ledger, acks);
    expect(heard).toBeGreaterThanOrEqual(acks);
    expect(openMs).toBeLessThan(20_000);
  }
  const store = await openSqliteStore({ folder, clock: Date.now });
  const stored = new Map<string, Acknowledged>();
  for (let i = 0; i < senders / 2; i += 1) {
    const name = `c${i}`;
    const id = parseConversationId(name);
    const events = id ? await store.conversations.readAll(id, 0, 1_000_000) : [];
    expect(events.map(({ pos }) => pos)).toEqual(events.map((_, index) => index + 1));
    const seqs = events.flatMap(({ seq }) => seq ?? []);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    for (const logged of events) {
      const cid = cidOf(logged);
      if (cid === undefined) continue;
      expect(stored.has(cid), `${cid} is there once`).toBe(false);
      stored.set(cid, { conversation: name, pos: logged.pos, seq: logged.seq ?? 0 });
    }
  }
  expect(ledger.acks.size).toBeGreaterThan(kills);
  for (const [cid, ack] of ledger.acks)
    expect({ cid, ...stored.get(cid) }).toEqual({ cid, ...ack });
  for (const key of ledger.records) {
    expect(await store.records.insert('used', key, 'again'), `${key} stays used`).toBe(false);
  }
  // Each message was committed with its work, or neither was.
  expect(await store.outbox.recover()).toBe(stored.size);
  await store.close();
  const database = new DatabaseSync(join(folder, 'kefu.db'));
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
  database.close();
}, 600_000);

const hasStrace = spawnSync('strace', ['-V']).status === 0;

test.skipIf(!hasStrace)(
  'the kernel is asked to sync in front of each acknowledgement',
  async () => {
    const folder = await freshFolder();
    const trace = join(folder, 'trace');
    const calls = '-e trace=fsync,fdatasync,write -e signal=none -s 64';
    const args = [...`-f -qq ${calls} -o`.split(' '), trace, process.execPath, program];
    const { status } = spawnSync('strace', [...args, join(folder, 'data'), 'traced', '1', '20']);
    expect(status).toBe(0);
    const order = (await readFile(trace, 'utf8')).split('\n').flatMap((line) => {
      if (/f(?:data)?sync\(\d+\)\s+= 0/.test(line)) return 'sync';
      if (line.includes('write(1, "try ')) return 'try';
      return line.includes('write(1, "ack ') ? 'ack' : [];
    });
    const between = order.join(' ').split('try').slice(1);
    expect(between).toHaveLength(20);
    // Asked, synced at least once, then acknowledged.
    for (const steps of between) expect(steps).toMatch(/^ (?:sync )+ack(?: sync)* ?$/);
  },
  60_000,
);
