import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-size-'));
  await build({
    configFile: resolve(import.meta.dirname, '../../web-widget/vite.config.ts'),
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: true },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function scripts() {
  const names = (await readdir(join(folder, 'assets'))).filter((name) => name.endsWith('.js'));
  const files = await Promise.all(
    ['widget.js', ...names.map((name) => `assets/${name}`)].map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      return { name, text, gzip: gzipSync(text, { level: 9 }).length };
    }),
  );
  return (part: RegExp) => files.filter(({ name }) => part.test(name));
}

/**
 * Bytes, gzip. The app's goal is 20 KB; with the outbox, resume, two transports, the tabs' shared connection, four
 * languages and both directions of writing in it, it stands here. The goal for cards is 8 KB.
 */
const bounds = [
  ['the loader, all that a page loads before the chat is opened', /^widget\.js$/, 2_048],
  ['the app of a text conversation', /assets\/chat-/, 26_880],
  ['requests in place of a socket', /assets\/poll-link-/, 2_048],
  ['the words of one language', /assets\/widget-/, 2_176],
  ['cards, quotes, steps, forms and ratings', /assets\/rich-/, 3_840],
  ['files', /assets\/files-/, 3_200],
  ['tickets, history and hours', /assets\/more-/, 2_496],
  ["the frame's document", /assets\/frame-/, 2_048],
] as const;

test.each(bounds)('%s stays small', async (_what, part, bound) => {
  const found = (await scripts())(part);
  expect(found.length).toBeGreaterThan(0);
  for (const { gzip } of found) expect(gzip).toBeLessThanOrEqual(bound);
});

test('opening the chat takes two scripts: the app and one language', async () => {
  const [app] = (await scripts())(/assets\/chat-/);
  expect(app?.text).not.toMatch(/\bfrom\s*[`"']/);
  expect(app?.text).not.toMatch(/^import[`"']/m);
});

test('the loader leaves no names behind and imports nothing by itself', async () => {
  const [loader] = (await scripts())(/^widget\.js$/);
  expect(loader?.text).toMatch(/^\(\(\)=>\{[\s\S]*\}\)\(\);\s*$/);
  expect(loader?.text).not.toMatch(/\bfrom\s*[`"']/);
});

test('nothing is built that a strict policy or Trusted Types would refuse', async () => {
  for (const { text } of (await scripts())(/widget\.js$|chat-|rich-|files-|more-|frame-|poll-/)) {
    expect(text).not.toMatch(/\beval\(|new Function|document\.write|insertAdjacentHTML/);
  }
});
