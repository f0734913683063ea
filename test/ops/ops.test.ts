import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createHealth, createLog, createMetrics, createShutdown } from '../../src/ops/index.ts';

function sink() {
  const chunks: string[] = [];
  const to = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { to, text: () => chunks.join('') };
}

test('what bears the name of a secret is hidden, at the top and one below', () => {
  const { to, text } = sink();
  const log = createLog({ level: 'info', pretty: false, to });
  log.info({ token: 'abc-1', frame: { text: 'abc-2', code: 'bad_frame' }, conv: 'c1' }, 'seen');
  log.child({ password: 'abc-3' }).warn({}, 'again');
  expect(text()).not.toContain('abc-');
  expect(text()).toContain('"conv":"c1"');
  expect(text()).toContain('bad_frame');
});

test('for people a line has time, level, sentence and fields, and a fault its stack', () => {
  const { to, text } = sink();
  const log = createLog({ level: 'info', pretty: true, to });
  log.error({ err: new Error('it broke'), conv: 'c1' }, 'a socket failed');
  log.debug({}, 'not at this level');
  expect(text()).toMatch(
    /^\d\d:\d\d:\d\d {2}error {2}a socket failed {2}conv="c1"\nError: it broke\n/,
  );
  expect(text()).not.toContain('not at this level');
});

test('figures are counted by reason, measured in buckets and read when asked', async () => {
  const metrics = createMetrics();
  let sockets = 3;
  metrics.gauge('sockets', 'Open sockets.', () => sockets);
  metrics.count('appends', 'committed');
  metrics.count('appends', 'committed', 2);
  metrics.observe('turn_ms', 12);
  sockets = 4;
  const { body } = await metrics.render();
  expect(body).toContain('kefu_appends_total{reason="committed"} 3');
  expect(body).toContain('kefu_turn_ms_bucket{le="20"} 1');
  expect(body).toContain('kefu_turn_ms_bucket{le="10"} 0');
  expect(body).toContain('kefu_sockets 4');
  expect(body).toContain('kefu_nodejs_eventloop_lag');
});

test('ready names what fails or hangs, asks again only after a while, and ends with draining', async () => {
  let nowMs = 0;
  let asked = 0;
  let broken = true;
  const failed: string[] = [];
  const health = createHealth({
    clock: () => nowMs,
    checkMaxMs: 20,
    onFailed: (name) => failed.push(name),
    checks: {
      async store() {
        asked += 1;
        if (broken) throw new Error('disk full');
      },
      wallet: () => (broken ? new Promise(() => undefined) : Promise.resolve()),
    },
  });
  expect(await health.ready()).toEqual({ ok: false, failed: ['store', 'wallet'] });
  broken = false;
  expect(await health.ready()).toEqual({ ok: false, failed: ['store', 'wallet'] });
  expect(asked).toBe(1);
  nowMs = 1000;
  expect(await health.ready()).toEqual({ ok: true, failed: [] });
  health.drain();
  expect(await health.ready()).toEqual({ ok: false, failed: ['draining'] });
  expect(failed.toSorted()).toEqual(['store', 'wallet']);
});

test('shutting down runs every step once and in order, past one that fails and one that hangs', async () => {
  const log = createLog({ level: 'silent', pretty: false });
  const shutdown = createShutdown({ log, stepMaxMs: 20 });
  const ran: string[] = [];
  shutdown.step('sockets', async () => void ran.push('sockets'));
  shutdown.step('fails', () => {
    throw new Error('no');
  });
  shutdown.step('hangs', () => new Promise(() => undefined));
  shutdown.step('store', () => void ran.push('store'));
  const both = await Promise.all([shutdown.run('test'), shutdown.run('again')]);
  expect(both).toEqual([false, false]);
  expect(ran).toEqual(['sockets', 'store']);
});

test('a shutdown whose steps all end well says so', async () => {
  const shutdown = createShutdown({ log: createLog({ level: 'silent', pretty: false }) });
  shutdown.step('store', () => undefined);
  expect(await shutdown.run('test')).toBe(true);
});

test('what is watched is told of without ending readiness, and asked at a low rate', async () => {
  let nowMs = 0;
  let asked = 0;
  let isUp = false;
  const health = createHealth({
    clock: () => nowMs,
    checks: { store: async () => undefined },
    watched: {
      wallet: async () => {
        asked += 1;
        if (!isUp) throw new Error('no answer');
      },
    },
  });
  expect(await health.ready()).toEqual({ ok: true, failed: [], degraded: ['wallet'] });
  isUp = true;
  for (let second = 0; second < 29; second += 1) {
    nowMs += 1000;
    expect(await health.ready()).toMatchObject({ degraded: ['wallet'] });
  }
  expect(asked).toBe(1);
  nowMs += 1000;
  expect(await health.ready()).toEqual({ ok: true, failed: [] });
});

test('a figure that cannot be read leaves the others readable', async () => {
  const metrics = createMetrics();
  metrics.gauge('broken', 'Cannot be read.', () => Promise.reject(new Error('closed')));
  metrics.gauge('whole', 'Can be read.', () => Promise.resolve(7));
  const { body } = await metrics.render();
  expect(body).toContain('kefu_whole 7');
  expect(body).not.toMatch(/^kefu_broken \d/m);
});
