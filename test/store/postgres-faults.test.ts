import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openPostgresStore } from '../../src/store/index.ts';
import { c1, conversation, made, message } from '../contracts/store/support.ts';
import { startPostgres } from '../support/postgres.ts';
import type { PostgresServer } from '../support/postgres.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ durable: true });
});
afterAll(() => server.stop());

const clock = () => 0;

/**
 * Between the store and the server: the next COMMIT is passed on or not, and then the connection breaks without an answer.
 * `commit` is what the driver sends for it.
 */
async function breaker(port: number) {
  let armed: 'off' | 'before' | 'after' = 'off';
  let broken = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    let isMute = false;
    client.on('data', (bytes) => {
      const isCommit = bytes.includes('COMMIT\0');
      if (isCommit && armed !== 'off') {
        isMute = true;
        broken += 1;
        if (armed === 'after') upstream.write(bytes);
        else upstream.destroy();
        armed = 'off';
        client.resetAndDestroy();
        return;
      }
      upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!isMute) client.write(bytes);
    });
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  const address = proxy.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    arm: (how: 'before' | 'after') => {
      armed = how;
    },
    broken: () => broken,
  };
}

test.for(['before', 'after'] as const)(
  'a connection that breaks %s the server gets the COMMIT leaves the append done once and answered as done',
  async (how) => {
    const url = await server.database();
    const between = await breaker(server.port);
    const through = url.replace(`:${server.port}/`, `:${between.port}/`);
    const store = await openPostgresStore({ url: through, clock });
    onTestFinished(() => store.close());
    const append = (n: number, expect?: number) =>
      store.conversations.append({
        conversationId: c1,
        create: made,
        ...(expect !== undefined && { expect }),
        atMs: n,
        events: [message(`m${n}`)],
      });
    expect(await append(1)).toMatchObject({ kind: 'committed', version: 1 });
    between.arm(how);
    // One with an expectation, one without a key: done again, the first would be stale and the second double.
    const answers = await Promise.all([append(2, 1), append(3)]);
    expect(between.broken()).toBe(1);
    expect(answers).toMatchObject([
      { kind: 'committed', version: 2 },
      { kind: 'committed', version: 3 },
    ]);
    const events = await store.conversations.readAll(c1, 0, 10);
    expect(events.map(({ pos }) => pos)).toEqual([1, 2, 3]);
  },
);

test('while the server is away nothing is acknowledged, and afterwards everything is, in order and once', async () => {
  const store = await openPostgresStore({ url: await server.database(), clock });
  onTestFinished(() => store.close());
  const append = (n: number) =>
    store.conversations.append({
      conversationId: c1,
      create: made,
      atMs: n,
      events: [message(`m${n}`)],
    });
  await append(1);
  await server.kill();
  await expect(store.checkHealth()).rejects.toMatchObject({ code: 'store_failed' });
  let done = 0;
  const waiting = [2, 3, 4].map((n) => append(n).finally(() => (done += 1)));
  const read = () => store.conversations.readAll(c1, 0, 10);
  // A read waits some seconds; a server that comes up on a busy machine may take longer.
  const reading = read().catch(read).catch(read);
  expect(done).toBe(0);
  await server.start();
  expect((await Promise.all(waiting)).map(({ kind }) => kind)).toEqual(
    Array.from({ length: 3 }, () => 'committed'),
  );
  expect((await reading).length).toBeGreaterThanOrEqual(1);
  const events = await store.conversations.readAll(c1, 0, 10);
  expect(events.map(({ event }) => event)).toEqual([1, 2, 3, 4].map((n) => message(`m${n}`)));
  await store.checkHealth();
});

test('leases of a node that lives are left alone when another starts, those of one that is gone end', async () => {
  const url = await server.database();
  const alive = await openPostgresStore({ url, clock });
  const goes = await openPostgresStore({ url, clock });
  const ask = (id: string) =>
    alive.conversations.append({
      conversationId: conversation(`of-${id}`),
      create: made,
      atMs: 1,
      events: [],
      outbox: [{ id, kind: 'action', payload: null, dueAtMs: 1 }],
    });
  await ask('e1');
  expect(await alive.outbox.claim(1, 5, 1_000_000)).toHaveLength(1);
  await ask('e2');
  expect(await goes.outbox.claim(1, 5, 1_000_000)).toMatchObject([{ id: 'e2' }]);
  await goes.close();
  const starts = await openPostgresStore({ url, clock });
  onTestFinished(async () => {
    await starts.close();
    await alive.close();
  });
  expect(await starts.outbox.recover()).toBe(2);
  expect(await starts.outbox.claim(2, 5, 10)).toMatchObject([{ id: 'e2', attempts: 2 }]);
});

test('what PostgreSQL cannot store in a text does not stop the queue', async () => {
  const store = await openPostgresStore({ url: await server.database(), clock });
  onTestFinished(() => store.close());
  const request = {
    conversationId: c1,
    create: made,
    dedupe: { key: 'a\0b', fingerprint: 'f\0' },
    atMs: 1,
    events: [message('m\0', 'with a \0 and half a pair \ud83d')],
  };
  const first = await store.conversations.append(request);
  expect(first.kind).toBe('committed');
  expect((await store.conversations.append({ ...request })).kind).not.toBe('committed');
  expect((await store.conversations.readAll(c1, 0, 5))[0]?.event).toEqual(request.events[0]);
});

test('a wrong address is told as what the operator can mend, without the password', async () => {
  const url = await server.database();
  const nowhere = url.replace(/\/t\d+_\w+$/, '/not_there').replace('kefu@', 'kefu:hidden@');
  const failed = openPostgresStore({ url: nowhere, clock });
  await expect(failed).rejects.toMatchObject({ code: 'bad_config' });
  await failed.catch((error: Error) => expect(error.message).not.toContain('hidden'));
});
