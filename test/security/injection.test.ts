import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deskService, type DeskService } from '../support/desk-service.ts';

let service: DeskService;
beforeAll(async () => {
  service = await deskService();
}, 120_000);
afterAll(() => service.stop());

interface Found {
  readonly hits: readonly { readonly conv: string }[];
}

test('what is looked for is never syntax: quotes, operators and SQL find nothing or their own words', async () => {
  const mine = await service.conversation('lin-wei');
  await service.says(mine, 'pelican invoice');
  const other = await service.conversation('omar');
  await service.says(other, 'heron receipt');
  const find = async (q: string) => {
    const { status, body } = await service.admin.get(`/search?q=${encodeURIComponent(q)}`);
    return { status, convs: new Set((body as unknown as Found).hits.map(({ conv }) => conv)) };
  };
  await expect.poll(async () => (await find('pelican')).convs.size, { timeout: 60_000 }).toBe(1);
  await expect.poll(async () => (await find('heron')).convs.size, { timeout: 60_000 }).toBe(1);
  for (const q of [
    'pelican OR heron',
    'pelican NOT invoice',
    'NEAR(pelican heron)',
    'body:heron',
    'pel*" OR "heron',
    "x' OR '1'='1",
    "'; DROP TABLE event; --",
    'pelican" UNION SELECT body FROM event --',
    '%',
    '_______',
    '^heron',
    '(heron',
  ]) {
    const { status, convs } = await find(q);
    expect({ q, status, both: convs.has(mine) && convs.has(other) }).toEqual({
      q,
      status: 200,
      both: false,
    });
  }
  expect((await find('heron')).convs).toEqual(new Set([other]));
});

test('a compressed body that unpacks to far more is refused before it takes memory', async () => {
  const bomb = gzipSync(JSON.stringify({ q: 'x'.repeat(30_000_000) }));
  const before = process.memoryUsage().rss;
  for (const path of ['/api/desk/sign-in', '/api/chat/session', '/api/desk/presence']) {
    const response = await fetch(`${service.origin}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        origin: service.origin,
      },
      body: new Uint8Array(bomb),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(await response.json()).toMatchObject({ error: { code: expect.any(String) as string } });
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
});
