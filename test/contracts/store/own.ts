import { expect, test } from 'vitest';
import { conversation, message, place, type Begin } from './support.ts';

export function ownContract(begin: Begin): void {
  test('a customer’s own conversations are theirs from every device, the last written first', async () => {
    const { store, reopen } = await begin();
    const [first, second, others] = ['o1', 'o2', 'o3'].map(conversation);
    if (!first || !second || !others) throw new Error('no ids');
    await place(store, first, 1000, { customerId: 'lin', language: 'es', closed: true });
    await place(store, second, 2000, { customerId: 'lin', language: 'en' });
    await place(store, others, 3000, { customerId: 'maria' });
    const { conversations } = await reopen();
    const own = await conversations.own({ visitorId: 'another device', customerId: 'lin' }, 10);
    expect(own).toMatchObject([
      { conversationId: second, language: 'en', closed: false, lastAtMs: 2000 },
      { conversationId: first, language: 'es', closed: true, lastAtMs: 1000 },
    ]);
    expect(await conversations.own({ visitorId: 'x', customerId: 'lin' }, 1)).toHaveLength(1);
  });

  test('what became a customer’s is no longer its visitor’s', async () => {
    const { store } = await begin();
    const [kept, bound] = ['o1', 'o2'].map(conversation);
    if (!kept || !bound) throw new Error('no ids');
    await place(store, kept, 1000, { customerId: null });
    await place(store, bound, 2000, { customerId: 'lin' });
    const { conversations } = store;
    await conversations.append({ conversationId: kept, atMs: 3000, events: [message('m1')] });
    expect(await conversations.own({ visitorId: `visitor-of-${kept}` }, 10)).toMatchObject([
      { conversationId: kept, lastAtMs: 3000, seq: 1 },
    ]);
    expect(await conversations.own({ visitorId: `visitor-of-${bound}` }, 10)).toEqual([]);
  });
}
