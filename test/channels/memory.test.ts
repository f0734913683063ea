import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Visit, WireClient } from '../support/wire-client.ts';
import { join, visit } from '../support/wire-client.ts';

interface Usage {
  readonly rss: number;
  readonly used: number;
  readonly sockets: number;
}

async function usageOf(server: ChildProcess): Promise<Usage> {
  server.send('usage');
  const [usage] = (await once(server, 'message')) as [Usage];
  return usage;
}

test('an idle connection that follows its conversation costs the server less than 20 KB', async () => {
  const script = new URL('../support/wire-server.ts', import.meta.url);
  const server = fork(script, { execArgv: ['--expose-gc'] });
  const [{ url }] = (await once(server, 'message')) as [{ url: string }];
  const sessions: Visit[] = [];
  while (sessions.length < 2200) {
    sessions.push(...(await Promise.all(Array.from({ length: 20 }, () => visit(url)))));
  }
  const clients: WireClient[] = [];
  const connect = async (count: number) => {
    for (const end = clients.length + count; clients.length < end;) {
      const next = sessions.slice(clients.length, clients.length + 20);
      clients.push(...(await Promise.all(next.map((session) => join(url, session)))));
    }
  };
  // The first ones pay for compiled code, pools and the heap's own growth.
  await connect(200);
  const before = await usageOf(server);
  await connect(2000);
  const after = await usageOf(server);
  expect(after.sockets - before.sockets).toBe(2000);
  const perSocket = {
    rss: (after.rss - before.rss) / 2000,
    used: (after.used - before.used) / 2000,
  };
  expect(perSocket.used).toBeLessThan(20 * 1024);
  expect(perSocket.rss).toBeLessThan(20 * 1024);
  for (const client of clients) client.stop();
  server.disconnect();
  await once(server, 'exit');
}, 120_000);
