import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConversationId } from '../../src/core/index.ts';
import type { DeskListReply, DeskRow, DeskSearchReply } from '../../src/protocol/index.ts';
import { deskService, type DeskService } from '../support/desk-service.ts';

/** What rows of the desk's lists tell, and how lists are narrowed. */
let service: DeskService;
type Person = Awaited<ReturnType<DeskService['agent']>>;
let ann: Person;
let sue: Person;

beforeAll(async () => {
  service = await deskService();
  ann = await service.agent('Ann');
  sue = await service.agent('Sue', 'supervisor');
}, 120_000);
afterAll(() => service.stop());

async function list(agent: Person, query: string): Promise<readonly DeskRow[]> {
  const { status, body } = await agent.get(`/conversations?${query}`);
  expect(status).toBe(200);
  return (body as unknown as DeskListReply).rows;
}

async function rowOf(agent: Person, query: string, conv: ConversationId): Promise<DeskRow> {
  const row = (await list(agent, query)).find((each) => each.conv === conv);
  if (!row) throw new Error('it is not in the list');
  return row;
}

const queued = {
  type: 'handoff.requested',
  reason: 'customer_asked',
  priority: 'normal',
  queue: 'default',
  by: 'customer',
} as const;

test('a row tells the customer’s name once a card was read: whole to who has the conversation, initials to others', async () => {
  const conv = await service.conversation('lin-wei');
  await service.log(conv, { type: 'message.received', cid: 'n1', text: 'hello' }, queued);
  expect(await rowOf(sue, 'list=queue', conv)).not.toHaveProperty('customerName');
  await sue.get(`/conversations/${conv}/customer`);
  await expect.poll(async () => (await rowOf(sue, 'list=queue', conv)).customerName).toBe('林薇');
  expect((await rowOf(ann, 'list=queue', conv)).customerName).toBe('林*');
  const found = (await ann.get('/search?q=%E6%9E%97%E8%96%87')).body as unknown as DeskSearchReply;
  expect(found.hits.find((hit) => hit.conv === conv)?.customerName).toBe('林*');
  await ann.command(conv, { type: 'accept' });
  expect((await rowOf(ann, 'list=mine', conv)).customerName).toBe('林薇');
});

test('a list can be narrowed to a language, a channel and a tag, and to all of them at once', async () => {
  const speaks = async (customerId: string, language: string) => {
    const conv = await service.conversation(customerId);
    await service.log(
      conv,
      { type: 'message.received', cid: 'm1', text: 'hello' },
      { type: 'language.changed', language, by: 'request' },
    );
    return conv;
  };
  const spanish = await speaks('filter-es', 'es');
  const arabic = await speaks('filter-ar', 'ar');
  await ann.post(`/conversations/${spanish}/tags`, { add: ['Seller'], remove: [] });
  const ids = async (query: string) =>
    (await list(ann, `list=bot&${query}`))
      .map(({ conv }) => conv)
      .filter((conv) => conv === spanish || conv === arabic);
  expect(await ids('language=es')).toEqual([spanish]);
  expect(await ids('language=ar')).toEqual([arabic]);
  expect(await ids('language=fr')).toEqual([]);
  expect((await ids('channel=web')).length).toBe(2);
  expect(await ids('channel=telegram')).toEqual([]);
  await expect.poll(() => ids('tag=seller')).toEqual([spanish]);
  expect(await ids('tag=seller&language=es&channel=web')).toEqual([spanish]);
  expect(await ids('tag=seller&language=ar')).toEqual([]);
});
