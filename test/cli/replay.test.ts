import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readConfig } from '../../src/service/config.ts';
import { run } from '../../src/cli/replay.ts';
import { createLog, createMetrics } from '../../src/ops/index.ts';
import { openCore } from '../../src/service/node.ts';
import { copyContent } from '../support/content-folder.ts';
import { level, openAs, say, until } from '../support/world.ts';

const cacheFolder = resolve(import.meta.dirname, '../../.cache');

test('a stored conversation has the same words in its own content, and its other words in another are shown', async () => {
  const data = await mkdtemp(join(tmpdir(), 'kefu-replay-'));
  const content = await copyContent();
  const told: string[] = [];
  const printed = vi
    .spyOn(console, 'log')
    .mockImplementation((line: string) => void told.push(line));
  try {
    const config = { ...readConfig({}), dataFolder: data, cacheFolder };
    const log = createLog({ level: 'silent', pretty: false });
    const core = await openCore(config, createMetrics(), log);
    const id = await openAs(core, 'lin-wei');
    for (const words of [
      'what are your opening hours',
      'I would like a refund for something I bought',
    ]) {
      await say(core, id, words);
      await until(core, id, (events) => level(events));
      // An operator's plugin has said something too: its words are nobody's turn.
      expect(await core.turns.chats.tell(id, `plugin:${words}`, 'Mind the gap.')).toBe(true);
    }
    await core.close();

    expect(await run([id, '--data', data])).toBe(0);
    expect(told.at(-1)).toMatch(/^\d+ turns: the same words$/);

    await content.reword('en', ({ refund_request: texts }) => {
      if (texts) texts['pick'] = 'Pick the one to refund, please.';
    });
    told.length = 0;
    expect(await run([id, '--data', data, '--content', content.folder])).toBe(1);
    const text = told.join('\n');
    expect(text).toContain('> I would like a refund for something I bought');
    expect(text).toContain('    - Which payment is it about?');
    expect(text).toContain('    + Pick the one to refund, please.');
    expect(text).not.toContain('opening hours');

    await expect(run(['c-of-nobody', '--data', data])).rejects.toMatchObject({ code: 'not_found' });
    await expect(run([id, '--data', `${data}-x`])).rejects.toMatchObject({ code: 'not_found' });
  } finally {
    printed.mockRestore();
    await content.remove();
    await rm(data, { recursive: true, force: true });
  }
}, 180_000);
