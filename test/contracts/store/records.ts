import { expect, test } from 'vitest';
import type { Begin } from './support.ts';

export function recordContract(begin: Begin): void {
  test('a key is inserted by one of many at once, and stays used over a restart', async () => {
    const { store, reopen } = await begin();
    const inserted = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.records.insert('jti', 'once', `${i}`)),
    );
    expect(inserted.filter(Boolean)).toHaveLength(1);
    const again = await reopen();
    expect(await again.records.insert('jti', 'once', 'again')).toBe(false);
    expect(await again.records.get('jti', 'once')).toBe(String(inserted.indexOf(true)));
    expect(await again.records.insert('other kind', 'once', 'x')).toBe(true);
  });

  test('a record is replaced only by who knows what it was', async () => {
    const { store } = await begin();
    await store.records.insert('code', 'k', '3 tries left');
    const results = await Promise.all(
      Array.from({ length: 10 }, () =>
        store.records.replace('code', 'k', '3 tries left', '2 tries left'),
      ),
    );
    expect(results.filter(Boolean)).toHaveLength(1);
    expect(await store.records.get('code', 'k')).toBe('2 tries left');
    expect(await store.records.replace('code', 'unknown', 'x', 'y')).toBe(false);
  });

  test('records are listed by kind in order of their keys, and removed', async () => {
    const { store } = await begin();
    for (const key of ['b', 'a', 'c']) await store.records.insert('agent', key, `body ${key}`);
    await store.records.insert('session', 'z', 'other');
    expect(await store.records.list('agent', 2)).toEqual([
      { key: 'a', body: 'body a' },
      { key: 'b', body: 'body b' },
    ]);
    await store.records.remove('agent', 'a');
    await store.records.remove('agent', 'a');
    expect(await store.records.get('agent', 'a')).toBeUndefined();
    expect(await store.records.list('agent', 9)).toHaveLength(2);
  });

  test('sweeping takes what expired before the moment, no more than it is told, and nothing that lasts', async () => {
    const { store } = await begin();
    for (const at of [10, 20, 30, 40]) await store.records.insert('t', `at ${at}`, '', at);
    await store.records.insert('t', 'for good', '');
    await store.records.replace('t', 'at 10', '', 'kept longer', 100);
    expect(await store.records.sweep(30, 10)).toBe(1);
    expect(await store.records.sweep(100, 1)).toBe(1);
    expect(await store.records.sweep(100, 10)).toBe(1);
    const left = await store.records.list('t', 10);
    expect(left.map(({ key }) => key)).toEqual(['at 10', 'for good']);
  });
}
