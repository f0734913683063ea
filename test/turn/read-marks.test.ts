import { expect, test } from 'vitest';
import { createLocalBus } from '../../src/bus/index.ts';
import { ReadMarks } from '../../src/turn/index.ts';
import { memoryRecords } from '../support/desk-memory.ts';

const log = { warn: () => undefined, error: () => undefined };

function node(records = memoryRecords()) {
  return new ReadMarks({ records, bus: createLocalBus(), log });
}

test('a mark never moves back, and each side has its own', async () => {
  const marks = node();
  marks.mark('c1', 'customer', 7);
  marks.mark('c1', 'customer', 3);
  marks.mark('c1', 'agent', 5);
  marks.mark('c2', 'agent', 0);
  expect(await marks.of('c1')).toEqual({ customer: 7, agent: 5 });
  await marks.settled();
  marks.mark('c1', 'customer', 6);
  expect(await marks.of('c1')).toEqual({ customer: 7, agent: 5 });
  expect(await marks.of('c2')).toEqual({ customer: 0, agent: 0 });
});

test('marks are there after a restart, and two nodes that keep the same one keep the further of both', async () => {
  const records = memoryRecords();
  const [one, two] = [node(records), node(records)];
  one.mark('c1', 'customer', 9);
  two.mark('c1', 'customer', 4);
  two.mark('c1', 'agent', 8);
  await Promise.all([one.settled(), two.settled()]);
  await Promise.all([one.settled(), two.settled()]);
  expect(await node(records).of('c1')).toEqual({ customer: 9, agent: 8 });
});

test('a mark that could not be stored is stored the next time', async () => {
  const records = memoryRecords();
  let isBroken = true;
  const marks = new ReadMarks({
    records: {
      ...records,
      insert: async (...record: Parameters<typeof records.insert>) => {
        if (isBroken) throw new Error('disk');
        return records.insert(...record);
      },
    },
    bus: createLocalBus(),
    log,
  });
  marks.mark('c1', 'customer', 2);
  await marks.settled();
  expect(await node(records).of('c1')).toEqual({ customer: 0, agent: 0 });
  isBroken = false;
  await marks.settled();
  expect(await node(records).of('c1')).toEqual({ customer: 2, agent: 0 });
});
