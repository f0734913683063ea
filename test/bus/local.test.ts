import { expect, test } from 'vitest';
import { createLocalBus } from '../../src/bus/index.ts';
import { busContract } from './contract.ts';

busContract('the bus of one process', () => {
  const complaints: string[] = [];
  const bus = createLocalBus({ error: (_fields, message) => complaints.push(message) });
  return Promise.resolve({ bus, complaints });
});

test('a listener that publishes to its own topic does not recurse', async () => {
  const bus = createLocalBus();
  let depth = 0;
  let deepest = 0;
  await new Promise<void>((resolve) => {
    let left = 10_000;
    bus.subscribe('desk', (hint) => {
      depth += 1;
      deepest = Math.max(deepest, depth);
      left -= 1;
      if (left > 0) bus.publish('desk', hint);
      else resolve();
      depth -= 1;
    });
    bus.publish('desk', { kind: 'head', conversationId: 'a', version: 1, seq: 1 });
  });
  expect(deepest).toBe(1);
});
