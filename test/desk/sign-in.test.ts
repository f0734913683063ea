import { afterAll, beforeAll, expect, test } from 'vitest';
import { deskService, known, type DeskService } from '../support/desk-service.ts';
import { deskClient } from '../support/desk-world.ts';

let service: DeskService;
beforeAll(async () => {
  service = await deskService();
}, 120_000);
afterAll(() => service.stop());

test('a signed-in agent is known by an http-only, same-site cookie', async () => {
  const { email, password, agentId } = await service.agent('Ann');
  const client = deskClient(service.origin);
  expect((await client.get('/me')).status).toBe(401);
  const answer = await client.post('/sign-in', { email, password });
  expect(answer.cookie).toMatch(/HttpOnly/);
  expect(answer.cookie).toMatch(/SameSite=Strict/);
  expect(answer.cookie).not.toMatch(/Secure/);
  expect((await client.get('/me')).body).toMatchObject({ agent: { agentId, email, name: 'Ann' } });
});

test('a wrong password and an unknown agent get the same answer', async () => {
  const { email } = await service.agent('Bo');
  const client = deskClient(service.origin);
  const wrong = await client.post('/sign-in', { email, password: 'no' });
  const unknown = await client.post('/sign-in', { email: 'x@example.com', password: 'no' });
  expect(wrong.status).toBe(401);
  expect(wrong.body).toEqual(unknown.body);
  const unread = await client.post('/sign-in', { email: 1 });
  expect([unread.status, known(unread.body)]).toMatchObject([
    400,
    { error: { code: 'bad_request' } },
  ]);
});

test('one address cannot try without end, whatever it sends', async () => {
  const client = deskClient(service.origin);
  const statuses: number[] = [];
  // Counted before anything is read, so that the bodies need cost nothing to refuse.
  for (let tries = 0; tries < 40; tries += 1) {
    statuses.push((await client.post('/sign-in', { email: tries })).status);
  }
  expect(new Set(statuses)).toEqual(new Set([400, 429]));
  expect(statuses.filter((status) => status === 400).length).toBeLessThanOrEqual(30);
  expect(statuses.at(-1)).toBe(429);
});
