import { afterEach, beforeEach, expect, test } from 'vitest';
import { mountDemo } from '../../src/demo/index.ts';
import { createHttp } from '../../src/http/index.ts';
import { createHealth, createLog, createMetrics } from '../../src/ops/index.ts';
import { api } from '../support/wire-client.ts';

const linWei = {
  customerId: 'lin-wei',
  name: 'Lin Wei',
  story: 'A payment failed.',
  stories: { en: 'A payment failed.', es: 'Falló un pago.' },
};
const statement = {
  name: 'statement.csv',
  contentType: 'text/csv; charset=utf-8',
  body: new TextEncoder().encode('time,id\r\n'),
};
const messages: { n: number; text: string }[] = [];
let url = '';
let close = async (): Promise<void> => undefined;

beforeEach(async () => {
  messages.length = 0;
  const http = createHttp({
    log: createLog({ level: 'silent', pretty: false }),
    metrics: createMetrics(),
    health: createHealth({ checks: {}, clock: Date.now }),
  });
  mountDemo({
    http,
    customers: () => [linWei],
    hasCustomer: async (customerId) => customerId === 'lin-wei',
    signUserToken: async (customerId) => `signed:${customerId}`,
    phone: { messages: (_customerId, after) => messages.filter(({ n }) => n > after) },
    lookEveryMs: 5,
    statement: (token) => (token === 'good' ? statement : undefined),
    moveTicket: (id, state) => (id === 'T-1' && state === 'solved' ? { id, state } : undefined),
  });
  const { port } = await http.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${port}`;
  close = () => http.close(100);
});
afterEach(() => close());

test('the page is told the customers with their stories in every language, and gets a token for one of them', async () => {
  expect((await api(url, '/demo/api/customers')).body).toEqual({ customers: [linWei] });
  const body = { customerId: 'lin-wei' };
  expect((await api(url, '/demo/api/token', { body })).body).toEqual({
    userToken: 'signed:lin-wei',
  });
});

test.each([{ customerId: 'nobody' }, { customerId: 7 }, {}, []])(
  'a token for %j is refused by name',
  async (body) => {
    const reply = await api(url, '/demo/api/token', { body });
    expect(reply).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  },
);

test('the phone shows what came after the last message, and waits for the next', async () => {
  messages.push({ n: 1, text: 'code 1' }, { n: 2, text: 'code 2' });
  const path = '/demo/api/phone?customerId=lin-wei';
  expect((await api(url, `${path}&after=1`)).body).toEqual({
    messages: [{ n: 2, text: 'code 2' }],
  });
  expect((await api(url, `${path}&after=2&waitMs=20`)).body).toEqual({ messages: [] });
  const waiting = api(url, `${path}&after=2&waitMs=15000`);
  messages.push({ n: 3, text: 'code 3' });
  expect((await waiting).body).toEqual({ messages: [{ n: 3, text: 'code 3' }] });
  expect((await api(url, `${path}&after=-1`)).status).toBe(400);
  expect((await api(url, '/demo/api/phone')).status).toBe(404);
});

test('a statement is given as a file to whoever has its link, and a link that is over says so', async () => {
  const file = await fetch(`${url}/demo/statements/good`);
  expect(await file.text()).toBe('time,id\r\n');
  expect(file.headers.get('content-disposition')).toBe('attachment; filename="statement.csv"');
  expect(file.headers.get('cache-control')).toBe('private, no-store');
  const over = await fetch(`${url}/demo/statements/over`);
  expect(over.status).toBe(404);
  expect(await over.text()).toContain('expired');
});

test('a clerk moves a ticket; one that does not exist, or a state that there is not, is refused', async () => {
  const move = (ticketId: unknown, state: unknown) =>
    api(url, '/demo/api/tickets', { body: { ticketId, state } });
  expect((await move('T-1', 'solved')).body).toEqual({ ticket: { id: 'T-1', state: 'solved' } });
  for (const [id, state] of [
    ['T-2', 'solved'],
    ['T-1', 'lost'],
    [7, {}],
    [undefined, null],
  ]) {
    expect((await move(id, state)).status).toBe(404);
  }
});
