/**
 * Messages from widgets to the bot and back, beside a bare `ws` echo in the same run: how much is left of the
 * limit when every message is validated, stored durably, understood and answered.
 */
import { WebSocket } from 'ws';
import { ms, quantile, serve, table, type Served } from './child.ts';
import { connectWidget, type BenchWidget } from './widget.ts';

export const name = 'wire';

const texts = ['hello', 'what can you do', 'thank you', 'hi there', 'thanks a lot', 'help'];
const saturationMs = 6000;
const rateSeconds = 10;
const ratePerSecond = 200;
/** As long as a `send` frame with a short text. */
const echoFrame = JSON.stringify({ t: 'send', filler: 'x'.repeat(150) });

export async function run(): Promise<void> {
  const rows: string[][] = [];
  for (const sockets of [100, 1000]) {
    const echo = await serve('echo.ts');
    const limit = await echoSaturated(echo.url, sockets);
    await echo.stop();
    const service = await serve('serve.ts');
    const widgets = await connectMany(service, sockets);
    const closed = await saturated(widgets);
    const open = await atRate(widgets);
    widgets.forEach((widget) => widget.close());
    await service.stop();
    rows.push([
      String(sockets),
      `${Math.round(limit)}/s`,
      `${Math.round(closed.perSecond)}/s (${((100 * closed.perSecond) / limit).toFixed(0)} %)`,
      `${ms(quantile(closed.answered, 0.5))} / ${ms(quantile(closed.answered, 0.99))}`,
      `${ms(quantile(open.acked, 0.5))} / ${ms(quantile(open.acked, 0.99))}`,
      `${ms(quantile(open.answered, 0.5))} / ${ms(quantile(open.answered, 0.99))}`,
    ]);
  }
  table(
    [
      'widgets',
      'bare ws echo',
      'acknowledged and answered, saturated',
      'answer p50 / p99 ms, saturated',
      `ack p50 / p99 ms at ${ratePerSecond}/s`,
      `answer p50 / p99 ms at ${ratePerSecond}/s`,
    ],
    rows,
  );
}

async function connectMany(service: Served, count: number): Promise<BenchWidget[]> {
  const widgets: BenchWidget[] = [];
  while (widgets.length < count) {
    const size = Math.min(25, count - widgets.length);
    const some = await Promise.all(Array.from({ length: size }, () => connectWidget(service.url)));
    widgets.push(...some);
  }
  return widgets;
}

interface Measured {
  readonly perSecond: number;
  readonly acked: number[];
  readonly answered: number[];
}

/** Closed loop: every widget sends its next message as soon as the bot has answered. */
async function saturated(widgets: readonly BenchWidget[]): Promise<Measured> {
  const acked: number[] = [];
  const answered: number[] = [];
  const startedMs = performance.now();
  const loop = async (widget: BenchWidget, from: number): Promise<void> => {
    for (let i = from; performance.now() - startedMs < saturationMs; i += 1) {
      const asked = widget.ask(textAt(i));
      acked.push(await asked.acked);
      answered.push(await asked.answered);
    }
  };
  await Promise.all(widgets.map(loop));
  const seconds = (performance.now() - startedMs) / 1000;
  return { perSecond: answered.length / seconds, acked, answered };
}

/** Open loop: messages leave at their times whether or not earlier ones were answered. */
async function atRate(widgets: readonly BenchWidget[]): Promise<Measured> {
  const acked: number[] = [];
  const answered: number[] = [];
  const waiting: Promise<unknown>[] = [];
  const total = ratePerSecond * rateSeconds;
  const startedMs = performance.now();
  for (let i = 0; i < total; i += 1) {
    const dueMs = startedMs + (i * 1000) / ratePerSecond;
    const earlyMs = dueMs - performance.now();
    if (earlyMs > 0) await new Promise((done) => setTimeout(done, earlyMs));
    const asked = widgets[i % widgets.length]?.ask(textAt(i));
    if (!asked) break;
    waiting.push(
      asked.acked.then((took) => acked.push(took)),
      asked.answered.then((took) => answered.push(took)),
    );
  }
  await Promise.all(waiting);
  return { perSecond: ratePerSecond, acked, answered };
}

function textAt(i: number): string {
  return texts[i % texts.length] ?? 'hello';
}

async function echoSaturated(url: string, sockets: number): Promise<number> {
  let echoed = 0;
  const startedMs = performance.now();
  const loop = async (): Promise<void> => {
    const socket = new WebSocket(url.replace('http', 'ws'));
    await new Promise((done, fail) => socket.once('open', done).once('error', fail));
    const { promise, resolve } = Promise.withResolvers<void>();
    socket.on('message', () => {
      echoed += 1;
      if (performance.now() - startedMs > saturationMs) resolve();
      else socket.send(echoFrame);
    });
    socket.send(echoFrame);
    await promise;
    socket.terminate();
  };
  await Promise.all(Array.from({ length: sockets }, loop));
  return echoed / ((performance.now() - startedMs) / 1000);
}
