import { afterEach, beforeEach, expect, test } from 'vitest';
import type { OwnTicket } from '../../src/channels/index.ts';
import {
  conversationsReplySchema,
  fileReplySchema,
  ticketsReplySchema,
} from '../../src/protocol/index.ts';
import { png } from '../support/file-samples.ts';
import type { Visit } from '../support/wire-client.ts';
import { api, upload, visit } from '../support/wire-client.ts';
import type { WireWorld } from '../support/wire-world.ts';
import { wireWorld } from '../support/wire-world.ts';

let world: WireWorld;
beforeEach(async () => {
  world = await wireWorld();
});
afterEach(async () => {
  await world.stop();
});

const get = (session: Visit, path: string) =>
  api(world.url, `/api/chat/${path}`, { token: session.sessionToken });

async function says(session: Visit, text: string, cid: string): Promise<void> {
  const { conv, sessionToken: token } = session;
  const { status } = await api(world.url, '/api/chat/send', { body: { conv, cid, text }, token });
  expect(status).toBe(200);
}

/** A customer's former conversation and the present one: the one that was written in last. */
async function twoConversations(): Promise<{ readonly former: Visit; readonly now: Visit }> {
  const former = await visit(world.url);
  await says(former, 'my first matter', 'm1');
  const userToken = 'user:lin-wei';
  const now = await visit(world.url, { userToken });
  await says(now, 'my second matter', 'm2');
  const customerId = 'lin-wei';
  await world.turns.become(former.conv, { customerId, closed: true }, [
    { type: 'identity.bound', customerId },
  ]);
  await world.agentSays(now.conv, 'one moment');
  await says(now, 'still my second matter', 'm3');
  return { former, now };
}

test('one’s conversations are listed, the last written first, with their last words', async () => {
  const { former, now } = await twoConversations();
  const { body } = await get(now, 'conversations');
  const { conversations } = conversationsReplySchema.strict().parse(body);
  expect(conversations).toMatchObject([
    { conv: now.conv, current: true, closed: false, seq: 3, preview: 'still my second matter' },
    { conv: former.conv, current: false, closed: true, preview: 'my first matter' },
  ]);
});

test('a former conversation can be read and kept, and not written in', async () => {
  const { former, now } = await twoConversations();
  const events = await get(now, `events?conv=${former.conv}`);
  expect(events.body).toMatchObject({
    events: [{ text: 'my first matter' }, { type: 'identity' }],
  });
  expect((await get(now, `transcript?conv=${former.conv}`)).body).toContain('my first matter');
  const token = now.sessionToken;
  const body = { conv: former.conv, cid: 'm9', text: 'again' };
  expect((await api(world.url, '/api/chat/send', { body, token })).status).toBe(404);
  expect(
    (await upload(world.url, { sessionToken: token, conv: former.conv }, png(1, 1))).status,
  ).toBe(404);
});

test('what became a customer’s is no longer its anonymous visitor’s, in the list as in the reading', async () => {
  const { former } = await twoConversations();
  expect((await get(former, `events?conv=${former.conv}`)).status).toBe(404);
  expect((await get(former, `transcript?conv=${former.conv}`)).status).toBe(404);
  const { body } = await get(former, 'conversations');
  const { conversations } = conversationsReplySchema.parse(body);
  expect(conversations.map(({ conv }) => conv)).not.toContain(former.conv);
});

test('nobody lists or keeps another’s', async () => {
  const mine = await visit(world.url);
  const theirs = await visit(world.url, { userToken: 'user:maria' });
  await says(theirs, 'my balance is secret', 'm1');
  expect((await get(mine, `transcript?conv=${theirs.conv}`)).status).toBe(404);
  expect(JSON.stringify((await get(mine, 'conversations')).body)).not.toContain('secret');
  for (const path of ['conversations', 'tickets', `transcript?conv=${theirs.conv}`]) {
    expect((await api(world.url, `/api/chat/${path}`)).status).toBe(401);
  }
});

test('the transcript holds what was seen, told by whom and when, and no note of an agent', async () => {
  const session = await visit(world.url);
  const { conv } = session;
  const { body } = await upload(world.url, session, png(9, 9), 'receipt.png');
  const { id } = fileReplySchema.parse(body).file;
  const token = session.sessionToken;
  const sent = { conv, cid: 'm1', text: 'here <b>it</b> is', files: [id] };
  await api(world.url, '/api/chat/send', { body: sent, token });
  const ana = { agentId: 'a1', agentName: 'Ana' };
  await world.append({
    conversationId: conv,
    events: [
      { type: 'handoff.accepted', ...ana },
      { type: 'agent.noted', cid: 'n1', ...ana, text: 'rude customer' },
      {
        type: 'bot.said',
        language: 'en',
        says: [],
        blocks: [{ type: 'steps', title: 'How', items: ['**Open** the app', 'Tap'] }],
      },
    ],
  });
  await world.agentSays(conv, 'Thanks & bye');
  const text = await get(session, `transcript?conv=${conv}&timeZone=Asia/Tokyo&language=en`);
  expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(text.headers.get('content-disposition')).toBe('attachment; filename="chat.txt"');
  expect(text.body).toContain('OKPay\nAsia/Tokyo\n');
  expect(text.body).toContain('  here <b>it</b> is\n  [receipt.png, 1 KB]');
  expect(text.body).toContain('  How\n  1. Open the app\n  2. Tap');
  expect(text.body).toContain('Ana\n  Thanks & bye');
  const page = await get(session, `transcript?conv=${conv}&format=html&language=ar`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.body).toContain('<html lang="ar" dir="rtl">');
  expect(page.body).toContain('here &#60;b&#62;it&#60;/b&#62; is');
  for (const { body: shown } of [text, page]) expect(shown).not.toContain('rude');
});

test('a transcript in no such form, or of a zone that there is not, is refused or told in ours', async () => {
  const session = await visit(world.url);
  expect((await get(session, `transcript?conv=${session.conv}&format=exe`)).status).toBe(400);
  const odd = await get(session, `transcript?conv=${session.conv}&timeZone=Mars/Base`);
  expect(odd.body).toContain('\nUTC\n');
});

test('a customer sees their own tickets as cards, a visitor none', async () => {
  const ticket: OwnTicket = { id: 'T-1', state: 'open', openedAtMs: 5, type: 'complaint' };
  world.tickets.set('lin-wei', [ticket]);
  const customer = await visit(world.url, { userToken: 'user:lin-wei' });
  const { body } = await get(customer, 'tickets?language=en');
  expect(ticketsReplySchema.strict().parse(body)).toMatchObject({
    tickets: [{ id: 'T-1', state: 'open', openedAtMs: 5, card: { type: 'card', kind: 'ticket' } }],
  });
  const visitor = await visit(world.url);
  expect((await get(visitor, 'tickets')).body).toEqual({ tickets: [] });
});
