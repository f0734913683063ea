import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiRoutes } from '../../src/desk/index.ts';
import { deskService, type DeskService } from '../support/desk-service.ts';

let service: DeskService;
beforeAll(async () => {
  service = await deskService();
}, 120_000);
afterAll(() => service.stop());

const deep = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`;
const bodies = [
  '[]',
  '"x"',
  'null',
  '1',
  '{',
  '',
  '{"__proto__":{"role":"admin"}}',
  deep,
  `{"q":"${'x'.repeat(70_000)}"}`,
];
const wholeBodies: readonly unknown[] = [
  { type: 'say', cid: '', text: '' },
  {
    requestId: '..',
    action: 'constructor',
    args: { __proto__: null },
    confirm: '',
    reason: 'why not',
  },
  { requestId: 'r', action: 'toString', args: {}, confirm: 'x', reason: 'why not' },
  { action: '__proto__', args: {} },
  { action: 'requestRefund', args: { amount: { amount: '1e9', currency: 'CNY' } } },
  { url: 'javascript:alert(1)', topics: ['message.customer'] },
  { email: 'a@b', password: 'x', code: '\0' },
  { add: ['\u0000'], remove: Array.from({ length: 1000 }, () => 'x') },
  { approve: 'yes', reason: {} },
];
const queries = [
  '',
  '?q=%00&limit=-1',
  '?q[]=a&after=%FF',
  `?q=${'%22'.repeat(100)}`,
  '?list=queue&after=x',
  '?before=NaN',
  '?state=x',
];
const params = [
  'none',
  '%00',
  '..%2f..%2fetc',
  'x'.repeat(5000),
  '%E4%B8%AD',
  "1'OR'1",
  '__proto__',
];

const ours = (status: number) => status >= 500;

test('no path and no query makes a fault of ours', async () => {
  const wrong: string[] = [];
  for (const { method, path } of apiRoutes.filter((route) => route.method === 'get')) {
    for (const param of params) {
      for (const query of path.includes(':') ? [''] : queries) {
        const address = path.replace(/:\w+/g, param) + query;
        const { status } = await service.admin.call(method.toUpperCase(), address);
        if (ours(status)) wrong.push(`${status} ${method} ${address}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('no body makes a fault of ours, and each refusal is named', async () => {
  const wrong: string[] = [];
  // Signing out would end the session that asks.
  const changing = apiRoutes.filter(({ method, path }) => method !== 'get' && path !== '/sign-out');
  for (const { method, path } of changing) {
    for (const body of [...bodies, ...wholeBodies.map((one) => JSON.stringify(one))]) {
      const address = path.replace(/:\w+/g, 'none');
      const { status, body: told } = await service.admin.call(method.toUpperCase(), address, body);
      const isNamed = status < 400 || 'error' in told;
      if (ours(status) || !isNamed) wrong.push(`${status} ${method} ${path} ${body.slice(0, 60)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect((await service.admin.get('/me')).status).toBe(200);
});
