import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { Bucket } from '../../src/channels/web/bucket.ts';
import { WireClient, api, join, message, until, visit } from '../support/wire-client.ts';
import type { WireWorldOptions } from '../support/wire-world.ts';
import { wireWorld } from '../support/wire-world.ts';

async function withWorld(
  options: WireWorldOptions,
  play: (world: Awaited<ReturnType<typeof wireWorld>>) => Promise<void>,
): Promise<void> {
  const world = await wireWorld(options);
  try {
    await play(world);
  } finally {
    await world.stop();
  }
}

test('a socket that never says hello is closed with 4005', () =>
  withWorld({ limits: { helloTtlMs: 60 } }, async (world) => {
    const client = await new WireClient(world.url).open();
    expect(await client.close()).toEqual({ code: 4005, reason: 'hello_timeout' });
  }));

test('a peer that has gone silent is closed with 4006, one that answers pings is not', () =>
  withWorld({ limits: { heartbeatMs: 50, peerSilenceMaxMs: 300 } }, async (world) => {
    const session = await visit(world.url);
    const silent = await join(world.url, session);
    const alive = await join(world.url, session);
    alive.ws.on('message', (bytes: Buffer) => {
      const frame: unknown = JSON.parse(bytes.toString());
      if (typeof frame === 'object' && frame && 't' in frame && frame.t === 'ping') {
        alive.send({ t: 'pong', n: 0 });
      }
    });
    expect(await silent.close()).toEqual({ code: 4006, reason: 'heartbeat_lost' });
    const pings = alive.all('ping').length;
    await until(() => alive.all('ping').length > pings + 3);
    expect(alive.closed).toBeUndefined();
    alive.stop();
  }));

test('the system’s time may jump either way: who answers is not closed, and pings go on', () => {
  let aheadMs = 0;
  const limits = { heartbeatMs: 50, peerSilenceMaxMs: 10_000 };
  const wrap: WireWorldOptions['wrap'] = (deps) => ({
    ...deps,
    clock: () => Date.now() + aheadMs,
  });
  return withWorld({ limits, wrap, sessionTtlMs: 24 * 3600_000 }, async (world) => {
    const client = await join(world.url, await visit(world.url));
    for (const jumpMs of [3600_000, -3600_000, 0]) {
      aheadMs = jumpMs;
      const pings = client.all('ping').length;
      await until(() => client.all('ping').length > pings + 3);
    }
    expect(client.closed).toBeUndefined();
    client.stop();
  });
});

test('a peer that is half open, and so answers nothing at all, is cut and forgotten', () =>
  withWorld(
    { limits: { heartbeatMs: 50, peerSilenceMaxMs: 200, closeGraceMs: 100 } },
    async (world) => {
      const client = await join(world.url, await visit(world.url));
      client.ws.pause();
      await until(() => world.channel.sockets() === 0);
      expect(world.counts.get('sockets_closed heartbeat_lost')).toBe(1);
      client.stop();
    },
  ));

test('who asks and never reads is closed with 4008', () =>
  withWorld(
    {
      limits: { socketBufferBytesMax: 64 * 1024, framesBurstMax: 1e9, peerSilenceMaxMs: 60_000 },
    },
    async (world) => {
      const session = await visit(world.url);
      for (let n = 0; n < 20; n += 1) await world.agentSays(session.conv, 'x'.repeat(4000));
      const client = await join(world.url, session, false);
      client.ws.pause();
      // Each sub asks for 80 KB once more; nothing of it is read.
      const asking = setInterval(() => {
        if (client.ws.bufferedAmount > 1e6) return;
        client.send({ t: 'sub', conv: session.conv, after: 0, epoch: '' });
        for (let n = 0; n < 500; n += 1) client.send({ t: 'ping', n });
      }, 1);
      await until(() => world.channel.sockets() === 0, 15_000);
      clearInterval(asking);
      expect(world.counts.get('sockets_closed slow_reader')).toBe(1);
      client.stop();
    },
  ));

test('a reader whose pump waits too long is closed as a slow reader', () =>
  withWorld(
    {
      limits: {
        socketBufferBytesMax: 256 * 1024,
        peerSilenceMaxMs: 400,
        resumeEventsMax: 100_000,
      },
    },
    async (world) => {
      const session = await visit(world.url);
      const text = 'x'.repeat(4000);
      const many = Array.from({ length: 3000 }, () => world.agentSays(session.conv, text));
      await Promise.all(many);
      const client = await join(world.url, session);
      client.ws.pause();
      const talking = setInterval(() => client.send({ t: 'pong', n: 1 }), 30);
      await until(() => world.channel.sockets() === 0, 15_000);
      clearInterval(talking);
      expect(world.counts.get('sockets_closed slow_reader')).toBe(1);
      client.stop();
    },
  ));

test('a frame above the ceiling closes the socket with 1009', () =>
  withWorld({}, async (world) => {
    const session = await visit(world.url);
    const client = await join(world.url, session);
    client.raw(JSON.stringify(message(session.conv, 'x'.repeat(70_000))));
    expect((await client.close()).code).toBe(1009);
  }));

test('a text above its length is refused by its id, and the socket goes on', () =>
  withWorld({}, async (world) => {
    const session = await visit(world.url);
    const client = await join(world.url, session);
    client.send(message(session.conv, 'x'.repeat(4001), 'long1'));
    expect(await client.first('refused')).toMatchObject({ cid: 'long1', code: 'bad_frame' });
    client.send(message(session.conv, 'x'.repeat(4000)));
    await client.sees(1);
  }));

test('a visitor has so many sockets and no more; a dead one makes room', () =>
  withWorld(
    { limits: { socketsPerVisitorMax: 2, heartbeatMs: 100, peerSilenceMaxMs: 900 } },
    async (world) => {
      const session = await visit(world.url);
      const dead = await join(world.url, session);
      const alive = await join(world.url, session);
      const third = await new WireClient(world.url).open();
      third.send({ t: 'hello', v: 1, token: session.sessionToken });
      expect(await third.close()).toEqual({ code: 4029, reason: 'rate_limited' });
      const beat = setInterval(() => alive.send({ t: 'ping', n: 1 }), 50);
      const admitted = await until(() => alive.all('pong').length > 14 && session);
      const fourth = await join(world.url, admitted);
      expect((await dead.close()).code).toBe(4006);
      expect(alive.closed).toBeUndefined();
      clearInterval(beat);
      fourth.stop();
    },
  ));

test('over the rate a message is put off, and those behind it too, so that a resend keeps the order', () =>
  withWorld(
    { limits: { visitorBurstMax: 3, visitorPerMinuteMax: 600, framesBurstMax: 1e6 } },
    async (world) => {
      const session = await visit(world.url);
      const client = await join(world.url, session);
      const texts = Array.from({ length: 12 }, (_, n) => `m${n}`);
      const unsent = texts.map((text) => ({ text, cid: randomUUID() }));
      while (unsent.length > 0) {
        const [answers, from] = [client.frames.length, unsent.length];
        for (const { text, cid } of unsent) client.send(message(session.conv, text, cid));
        const told = () =>
          client.frames.slice(answers).filter(({ t }) => t === 'ack' || t === 'refused');
        await until(() => told().length === from);
        for (const frame of told()) {
          if (frame.t !== 'ack') continue;
          unsent.splice(
            unsent.findIndex((m) => m.cid === frame.cid),
            1,
          );
        }
      }
      await client.sees(12);
      const refusals = client.all('refused').map(({ code, again }) => [code, again]);
      expect(new Set(refusals.map(String))).toEqual(new Set(['rate_limited,true']));
      expect(client.seen.map((e) => ('text' in e ? e.text : ''))).toEqual(texts);
    },
  ));

test('what was sent before a refusal can be known of never overtakes, however long the process stood still or wherever the clock went', () => {
  let laterMs = 0;
  const limits = {
    visitorBurstMax: 1,
    visitorPerMinuteMax: 1,
    peerSilenceMaxMs: 1e9,
    heartbeatMs: 1e9,
  };
  const wrap: WireWorldOptions['wrap'] = (deps) => ({
    ...deps,
    clock: () => Date.now() + laterMs,
    elapsedMs: () => performance.now() + laterMs,
  });
  return withWorld({ limits, wrap }, async (world) => {
    const session = await visit(world.url);
    const client = await join(world.url, session);
    const [first, second, third] = ['one', 'two', 'three'].map((text) => ({
      text,
      frame: message(session.conv, text),
    }));
    if (!first || !second || !third) throw new Error('three');
    client.send(first.frame);
    client.send(second.frame);
    await client.first('refused');
    for (const jumpMs of [20_000, 60_000]) {
      laterMs += jumpMs;
      const refused = client.all('refused').length;
      client.send(third.frame);
      await until(() => client.all('refused').length > refused);
    }
    for (const { frame } of [second, third]) {
      laterMs += 61_000;
      const acks = client.all('ack').length;
      client.send(frame);
      await until(() => client.all('ack').length > acks);
    }
    await client.sees(3);
    expect(client.seen.map((e) => ('text' in e ? e.text : ''))).toEqual(['one', 'two', 'three']);
  });
});

test('who knows of a refusal and lets that message fall may go on after a while', () =>
  withWorld(
    { limits: { visitorBurstMax: 1, visitorPerMinuteMax: 6000, heartbeatMs: 20, orderHoldMs: 40 } },
    async (world) => {
      const session = await visit(world.url);
      const client = await join(world.url, session);
      client.ws.on('message', (bytes: Buffer) => {
        const frame = JSON.parse(bytes.toString()) as { t: string; n?: number };
        if (frame.t === 'ping') client.send({ t: 'pong', n: frame.n ?? 0 });
      });
      const refusedOnce = async (): Promise<void> => {
        while (client.all('refused').length === 0) {
          const told = client.frames.length;
          client.send(message(session.conv, 'fallen'));
          client.send(message(session.conv, 'fallen, too'));
          await until(() => client.frames.length > told);
        }
      };
      await refusedOnce();
      const acks = client.all('ack').length;
      const next = message(session.conv, 'next');
      await expect
        .poll(() => {
          client.send(next);
          return client.all('ack').length;
        })
        .toBeGreaterThan(acks);
    },
  ));

test('the rate is the visitor’s, over sockets and HTTP together', () =>
  withWorld({ limits: { visitorBurstMax: 2, visitorPerMinuteMax: 1 } }, async (world) => {
    const session = await visit(world.url);
    const { conv, sessionToken: token } = session;
    const client = await join(world.url, session);
    client.send(message(conv, 'one'));
    await client.first('ack');
    const send = (cid: string) =>
      api(world.url, '/api/chat/send', { body: { conv, cid, text: 'more' }, token });
    expect((await send('h1')).status).toBe(200);
    const refused = await send('h2');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('1');
  }));

test('a flood of frames closes the socket with 4029', () =>
  withWorld({ limits: { framesBurstMax: 50, framesPerSecondMax: 1 } }, async (world) => {
    const client = await join(world.url, await visit(world.url));
    for (let n = 0; n < 200; n += 1) client.send({ t: 'ping', n });
    expect(await client.close()).toEqual({ code: 4029, reason: 'rate_limited' });
  }));

test('when the store is too busy the socket is closed with 1013, so that nothing behind overtakes', () =>
  withWorld(
    {
      wrap: (deps) => ({
        ...deps,
        turns: {
          ...deps.turns,
          receive: async () => ({ kind: 'refused', code: 'overloaded', message: 'Too busy.' }),
        },
      }),
    },
    async (world) => {
      const session = await visit(world.url);
      const client = await join(world.url, session);
      for (let n = 0; n < 5; n += 1) client.send(message(session.conv, `m${n}`));
      expect(await client.close()).toEqual({ code: 1013, reason: 'overloaded' });
      expect(client.all('refused')).toEqual([]);
      const { conv, sessionToken: token } = session;
      const body = { conv, cid: 'h1', text: 'hi' };
      expect((await api(world.url, '/api/chat/send', { body, token })).status).toBe(503);
    },
  ));

test('a bug while a frame is handled closes that socket with 1011 and without a word of it', () =>
  withWorld(
    {
      wrap: (deps) => ({
        ...deps,
        turns: {
          ...deps.turns,
          receive: () => Promise.reject(new Error('select * from secret_table')),
        },
      }),
    },
    async (world) => {
      const session = await visit(world.url);
      const other = await join(world.url, await visit(world.url));
      const client = await join(world.url, session);
      client.send(message(session.conv, 'hi'));
      expect(await client.close()).toEqual({ code: 1011, reason: 'internal' });
      expect(JSON.stringify(client.frames)).not.toContain('secret_table');
      expect(world.logged).toEqual(['a socket failed']);
      other.send({ t: 'ping', n: 1 });
      await other.first('pong');
    },
  ));

test('draining answers what is under way, then closes every socket with 1012 and ends waiting polls', async () => {
  const gate = Promise.withResolvers<void>();
  const world = await wireWorld({
    wrap: (deps) => ({
      ...deps,
      turns: {
        ...deps.turns,
        async receive(inbound) {
          await gate.promise;
          return deps.turns.receive(inbound);
        },
      },
    }),
  });
  const session = await visit(world.url);
  const { conv, sessionToken: token } = session;
  const idle = await join(world.url, session);
  const busy = await join(world.url, session);
  busy.send(message(conv, 'under way'));
  busy.send({ t: 'ping', n: 1 });
  const poll = api(world.url, `/api/chat/events?conv=${conv}&waitMs=20000`, { token });
  await until(() => busy.all('welcome').length === 1 && idle.all('welcome').length === 1);
  // The poll has begun to wait once a second one is counted beside it; a ping on the idle socket proves the loop turned.
  idle.send({ t: 'ping', n: 1 });
  await idle.first('pong');
  const drained = world.channel.drain();
  expect(await idle.close()).toEqual({ code: 1012, reason: 'shutting_down' });
  gate.resolve();
  expect(await busy.close()).toEqual({ code: 1012, reason: 'shutting_down' });
  expect(busy.all('ack')).toHaveLength(1);
  await drained;
  expect((await poll).body).toMatchObject({ error: { code: 'shutting_down' } });
  await world.stop();
});

test('a bucket gives its burst, then its rate, and never more than its burst', () => {
  const bucket = new Bucket(3, 0);
  const take = (atMs: number) => bucket.take(3, 1, atMs);
  expect([take(0), take(0), take(0), take(0)]).toEqual([true, true, true, false]);
  expect([take(999), take(1000), take(1001)]).toEqual([false, true, false]);
  expect([take(60_000), take(60_000), take(60_000), take(60_000)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  // A clock that is set back gives nothing.
  expect(take(1)).toBe(false);
});
