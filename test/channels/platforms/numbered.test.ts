import { afterEach, expect, test } from 'vitest';
import { smsPeer } from '../../support/platform-peers.ts';
import { windowWorld, type WindowWorld } from '../../support/window-world.ts';

let world: WindowWorld | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const soon = { timeout: 60_000 };
const lines = (text: string) => text.split('\n').filter((line) => /^\d+\) /.test(line));

const started = (events: Awaited<ReturnType<WindowWorld['events']>>) =>
  events.flatMap((event) => (event.type === 'flow.started' ? [event.flow] : []));

/** The topics that the answer to the bot's first numbered list began. */
async function answered(make: (line: string) => string): Promise<readonly string[]> {
  const one = (world = await windowWorld(smsPeer, { to: { phone: '+34600111222' } }));
  await one.accept({ kind: 'text', text: 'hello' });
  const turns = async (n: number) => {
    await expect
      .poll(async () => {
        // Short messages go out one a second.
        one.pass(1000);
        return (await one.events()).filter(({ type }) => type === 'turn.taken').length;
      }, soon)
      .toBe(n);
  };
  // The welcome, then the answer to the greeting.
  await turns(2);
  await expect.poll(() => one.texts().flatMap(lines).length, soon).toBeGreaterThan(1);
  const before = started(await one.events()).length;
  const [, second = ''] = one.texts().flatMap(lines);
  await one.accept({ kind: 'text', text: make(second) });
  await turns(3);
  const topics = started(await one.events()).slice(before);
  await one.close();
  world = undefined;
  return topics;
}

test('where there are no buttons a choice is taken by its number, in any digits, and by its label', async () => {
  const byNumber = await answered((line) => /^\d+/.exec(line)?.[0] ?? '');
  expect(byNumber).toHaveLength(1);
  expect(await answered(() => ' ٢. ')).toEqual(byNumber);
  expect(await answered((line) => line.replace(/^\d+\) /, ''))).toEqual(byNumber);
});
