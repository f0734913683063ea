import { expect, test } from 'vitest';
import { createOutbox, outboxLengthMax } from '../../web-widget/src/chat/outbox.ts';
import { memoryStorage } from '../support/widget-ports.ts';

const message = (cid: string, atMs = 5) => ({ cid, atMs, text: cid });

test('what was not acknowledged is there after a reload, in order, also within one millisecond', () => {
  const storage = memoryStorage();
  const outbox = createOutbox(storage, 'o.');
  for (const cid of ['c', 'a', 'b']) outbox.add(message(cid));
  outbox.remove('a');
  expect(
    createOutbox(storage, 'o.')
      .items()
      .map(({ cid }) => cid),
  ).toEqual(['c', 'b']);
});

test('two tabs keep each their messages', () => {
  const storage = memoryStorage();
  const [one, two] = [createOutbox(storage, 'o.'), createOutbox(storage, 'o.')];
  one.add(message('one', 1));
  two.add(message('two', 2));
  one.remove('one');
  expect(
    createOutbox(storage, 'o.')
      .items()
      .map(({ cid }) => cid),
  ).toEqual(['two']);
});

test('there is an end to what may wait', () => {
  const outbox = createOutbox(memoryStorage(), 'o.');
  for (let at = 0; at < outboxLengthMax; at += 1) expect(outbox.add(message(`m${at}`))).toBe(true);
  expect(outbox.add(message('one too many'))).toBe(false);
  expect(outbox.items()).toHaveLength(outboxLengthMax);
});

test('what belongs to another conversation is dropped, or comes along when asked to', () => {
  const storage = memoryStorage();
  const outbox = createOutbox(storage, 'o.');
  outbox.add({ ...message('old'), conv: 'c1' });
  outbox.add(message('new'));
  outbox.bind('c2', false);
  expect(outbox.items().map(({ cid }) => cid)).toEqual(['new']);
  expect(storage.keys()).toHaveLength(1);
  outbox.bind('c3', true);
  expect(createOutbox(storage, 'o.').items()).toMatchObject([{ cid: 'new', conv: 'c3' }]);
});

test('rubbish in storage is thrown away', () => {
  const storage = memoryStorage();
  storage.set('o.1', '{');
  storage.set('o.2', '{"cid":1}');
  storage.set('other', '{');
  expect(createOutbox(storage, 'o.').items()).toEqual([]);
  expect(storage.keys()).toEqual(['other']);
});
