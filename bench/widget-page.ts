import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../test/support/browser.ts';
import { widgetWorld } from '../test/support/widget-world.ts';
import type { WidgetWorld } from '../test/support/widget-world.ts';
import { ms, quantile, table } from './child.ts';

export const name = 'widget';

/** Times of a phone that is four times slower than this machine. */
const slowdown = 4;
const rounds = 5;

/**
 * The widget in Chromium against the real service: bytes, what a host page pays, opening, a flood of messages, a
 * long conversation. For the flood the socket is played in the page, so that exactly one message comes a frame.
 */
export async function run(): Promise<void> {
  const world = await widgetWorld();
  const browser = await launchBrowser();
  try {
    table(['bytes, gzip -9', 'KB'], await sizes(world));
    console.log('');
    const rows = [
      ['long tasks at load, beyond the bare page', ...(await hostCost(browser, world))],
      ['layout shift of the host page, until opened', ...(await shift(browser, world))],
      ['click → place to write has the focus', ...(await opening(browser, world))],
      ['… in a frame', ...(await openingFrame(browser, world))],
      ['share of the scripts that ran by then', ...(await coverage(browser, world))],
      ...(await flood(browser, world)),
      ...(await long(browser, world)),
    ];
    table([`${slowdown} × slower, median of ${rounds}`, 'here', 'bound'], rows);
  } finally {
    await browser.close();
    await world.stop();
  }
}

async function sizes(world: WidgetWorld): Promise<string[][]> {
  const folder = world.built;
  const names = await readdir(join(folder, 'assets'));
  const gzip = async (file: string) =>
    gzipSync(await readFile(resolve(folder, file)), { level: 9 }).length;
  const of = async (part: RegExp) => {
    const found = names.filter((file) => part.test(file) && file.endsWith('.js'));
    return Promise.all(found.map((file) => gzip(`assets/${file}`)));
  };
  const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);
  const row = (what: string, bytes: number) => [what, (bytes / 1024).toFixed(1)];
  return [
    row('loader', await gzip('widget.js')),
    row('app', sum(await of(/^chat-/))),
    row('words, the largest language', Math.max(...(await of(/^widget-/)))),
    row('cards and forms', sum(await of(/^rich-/))),
    row('files', sum(await of(/^files-/))),
    row('tickets and history', sum(await of(/^more-/))),
  ];
}

async function slowPage(
  browser: Browser,
  before?: string,
): Promise<{ page: Page; cdp: CDPSession }> {
  const context = await browser.newContext({ locale: 'en-US' });
  const page = await context.newPage();
  if (before) await page.addInitScript(before);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  return { page, cdp };
}

const median = (values: readonly number[]) => quantile(values, 0.5);

async function repeat(measure: () => Promise<number>): Promise<number> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) values.push(await measure());
  return median(values);
}

const widgetOf = ({ url }: WidgetWorld, more = '') =>
  `<script async src="${url}/widget.js" ${more}></script>`;

/** A host page with nothing on it but this. */
async function goBare(page: Page, world: WidgetWorld, script: string): Promise<void> {
  await page.route('**/bare.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><html lang="en"><title>Host</title><body><h1>Host</h1>${script}</body></html>`,
    }),
  );
  await page.goto(`${world.url}/bare.html`);
}

const watchTasks = `window.tasks = []; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) tasks.push(one.duration);
}).observe({ entryTypes: ['longtask'] });`;

async function hostCost(browser: Browser, world: WidgetWorld): Promise<string[]> {
  const blocked = (script: string) =>
    repeat(async () => {
      const { page } = await slowPage(browser, watchTasks);
      await goBare(page, world, script);
      await page.evaluate('new Promise((idle) => requestIdleCallback(idle))');
      const total: number = await page.evaluate('tasks.reduce((sum, one) => sum + one - 50, 0)');
      await page.context().close();
      return total;
    });
  const bare = await blocked('');
  const ours = await blocked(widgetOf(world));
  return [`${ms(Math.max(0, ours - bare))} ms`, '≤ 20 ms'];
}

async function opening(browser: Browser, world: WidgetWorld): Promise<string[]> {
  const took = await repeat(async () => {
    const { page } = await slowPage(browser);
    await goBare(page, world, widgetOf(world));
    await page.locator('.launcher').waitFor();
    const time: number = await page.evaluate(`new Promise((done) => {
      const root = document.querySelector('kefu-chat').shadowRoot;
      const from = performance.now();
      const look = () => root.activeElement?.tagName === 'TEXTAREA' ? done(performance.now() - from) : requestAnimationFrame(look);
      root.querySelector('.launcher').click();
      look();
    })`);
    await page.context().close();
    return time;
  });
  return [`${ms(took)} ms`, '≤ 400 ms'];
}

/** A frame of the same site, so that both documents share the one slowed-down thread; a process of its own is not in this figure. */
async function openingFrame(browser: Browser, world: WidgetWorld): Promise<string[]> {
  const took = await repeat(async () => {
    const { page } = await slowPage(browser);
    await goBare(page, world, widgetOf(world, 'data-mode="frame"'));
    await page.locator('.launcher').waitFor();
    const time: number = await page.evaluate(`new Promise((done) => {
      const root = document.querySelector('kefu-chat').shadowRoot;
      const from = performance.now();
      const look = () => {
        const inside = root.querySelector('iframe')?.contentDocument?.querySelector('kefu-chat')?.shadowRoot;
        return inside?.activeElement?.tagName === 'TEXTAREA' ? done(performance.now() - from) : requestAnimationFrame(look);
      };
      root.querySelector('.launcher').click();
      look();
    })`);
    await page.context().close();
    return time;
  });
  return [`${ms(took)} ms`, '≤ 800 ms'];
}

const watchShifts = `window.shift = 0; new PerformanceObserver((list) => {
  for (const one of list.getEntries()) shift += one.value;
}).observe({ type: 'layout-shift', buffered: true });`;

/** Also what a click caused counts here. */
async function shift(browser: Browser, world: WidgetWorld): Promise<string[]> {
  const { page } = await slowPage(browser, watchShifts);
  await goBare(page, world, widgetOf(world));
  await page.locator('.launcher').click();
  await page.locator('.composer textarea').waitFor();
  await page.evaluate('new Promise((idle) => requestIdleCallback(idle))');
  const total: number = await page.evaluate('shift');
  await page.context().close();
  return [total.toFixed(3), '0'];
}

/** Of our scripts (loader, app, one language), what ran at the first opening, with the bot's greeting. */
async function coverage(browser: Browser, world: WidgetWorld): Promise<string[]> {
  const { page } = await slowPage(browser);
  await page.coverage.startJSCoverage();
  await goBare(page, world, widgetOf(world));
  const before = world.opened.length;
  await page.locator('.launcher').click();
  await page.locator('.composer textarea').waitFor();
  while (world.opened.length === before) await page.evaluate('new Promise(requestAnimationFrame)');
  const id = world.opened.at(-1);
  if (id) await world.botSays(id, { type: 'text', text: 'Hello! How can I help?' });
  await page.locator('.message').waitFor();
  const scripts = await page.coverage.stopJSCoverage();
  await page.context().close();
  let [all, ran] = [0, 0];
  for (const { source = '', functions } of scripts) {
    // Ranges are nested, the inner ones later: the last that holds a byte tells.
    const used = new Uint8Array(source.length);
    for (const { ranges } of functions)
      for (const { startOffset, endOffset, count } of ranges)
        used.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    all += source.length;
    ran += used.reduce((sum, one) => sum + one, 0);
  }
  return [`${((ran / all) * 100).toFixed(0)} %`, '≥ 60 %'];
}

/** The service's side of the wire, in the page: `push(count)` sends that many messages of the bot in one frame. */
const playedSocket = `window.WebSocket = class extends EventTarget {
  static OPEN = 1; readyState = 1;
  constructor() { super(); window.played = this; this.seq = 0; setTimeout(() => this.dispatchEvent(new Event('open')), 0); }
  tell(frame) { this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) })); }
  send(text) {
    const frame = JSON.parse(text);
    if (frame.t === 'hello') this.tell({ t: 'welcome', v: 1, epoch: 'e', nowMs: 0, heartbeatMs: 25000, conv: 'c', customer: false });
    if (frame.t === 'sub') window.subscribed = true;
    if (frame.t === 'ping') this.tell({ t: 'pong', n: frame.n });
  }
  close() {}
};
window.push = (count) => {
  const events = Array.from({ length: count }, () => ({ type: 'message', seq: ++played.seq, atMs: Date.now(), from: 'bot',
    language: 'en', blocks: [{ type: 'text', text: 'Message ' + played.seq + ': your **refund** is on its way and will arrive soon.' }] }));
  played.tell({ t: 'events', conv: 'c', events });
};`;

async function floodPage(browser: Browser, world: WidgetWorld) {
  const { page, cdp } = await slowPage(browser, playedSocket);
  await goBare(page, world, widgetOf(world));
  await page.locator('.launcher').waitFor();
  // Not by the mouse: with a pointer over the page the browser looks after every message what is below it.
  await page.evaluate(`new Promise((done) => {
    kefu('open');
    const look = () => (window.subscribed ? done() : setTimeout(look, 20));
    look();
  })`);
  await page.evaluate('push(1)');
  await page.locator('.message').first().waitFor();
  return { page, cdp };
}

/** Milliseconds of a thousand frames, in each of which the script runs. */
const thousandFrames = (script: string) => `new Promise((done) => {
  const frames = [];
  let last = performance.now();
  let left = 1000;
  const next = (now) => {
    frames.push(now - last);
    last = now;
    if (left-- === 0) return done(frames.slice(1));
    ${script};
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
})`;

/** How much of the machine this run had: the same frames with nothing to do in them. */
async function idleFrames(browser: Browser, world: WidgetWorld): Promise<number[]> {
  const { page } = await slowPage(browser);
  await page.goto(`${world.url}/icon.svg`).catch(() => undefined);
  const frames: number[] = await page.evaluate(thousandFrames(''));
  await page.context().close();
  return frames;
}

async function busyMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return (metrics.find((one) => one.name === 'TaskDuration')?.value ?? 0) * 1000;
}

async function flood(browser: Browser, world: WidgetWorld): Promise<string[][]> {
  const idle = await idleFrames(browser, world);
  const { page, cdp } = await floodPage(browser, world);
  await cdp.send('Performance.enable');
  const before = await busyMs(cdp);
  const frames: number[] = await page.evaluate(thousandFrames('push(1)'));
  const work = ((await busyMs(cdp)) - before) / 1000;
  const late = frames.filter((frame) => frame > 34).length / frames.length;
  await page.context().close();
  const burst = await repeat(async () => {
    const { page: fresh } = await floodPage(browser, world);
    const took: number = await fresh.evaluate(`new Promise((done) => {
      const from = performance.now(); push(1000);
      requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from)));
    })`);
    await fresh.context().close();
    return took;
  });
  return [
    ['a frame with nothing to do, p95', `${ms(quantile(idle, 0.95))} ms`, '-'],
    ['work for one message', `${ms(work)} ms`, '-'],
    ['1,000 messages, one a frame: p95 of a frame', `${ms(quantile(frames, 0.95))} ms`, '≤ 34 ms'],
    ['… frames above 34 ms', `${(late * 100).toFixed(1)} %`, '≤ 3 %'],
    ['… the longest frame', `${ms(Math.max(...frames))} ms`, '≤ 100 ms'],
    ['1,000 messages at once, after a break', `${ms(burst)} ms`, '≤ 400 ms'],
  ];
}

async function long(browser: Browser, world: WidgetWorld): Promise<string[][]> {
  const { page, cdp } = await floodPage(browser, world);
  const heap = async () => {
    await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  const before = await heap();
  const took: number = await page.evaluate(`new Promise((done) => {
    const from = performance.now(); push(10000);
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from)));
  })`);
  const nodes: number = await page.evaluate(
    "document.querySelector('kefu-chat').shadowRoot.querySelectorAll('*').length",
  );
  const after = await heap();
  await page.evaluate("kefu('destroy')");
  await page.evaluate('delete window.played');
  const gone = await heap();
  await page.context().close();
  return [
    ['10,000 messages: drawn after', `${ms(took)} ms`, '≤ 300 ms'],
    ['… elements on the page', String(nodes), '≤ 1,500'],
    ['… heap beyond the empty chat', `${(after - before).toFixed(1)} MB`, '≤ 15 MB'],
    ['… heap left after `destroy`', `${Math.max(0, gone - before).toFixed(1)} MB`, '≤ 1 MB'],
  ];
}
