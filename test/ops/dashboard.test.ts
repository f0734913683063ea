import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deskService, type DeskService } from '../support/desk-service.ts';

const root = resolve(import.meta.dirname, '../..');
let service: DeskService;
let metrics = '';

beforeAll(async () => {
  service = await deskService();
  const conv = await service.conversation('lin-wei');
  await service.says(conv, 'hello');
  await service.admin.get('/no-such-thing');
  const response = await fetch(`${service.origin}/metrics`);
  metrics = await response.text();
}, 120_000);
afterAll(() => service.stop());

/** Counters of frames and calls come to be with the first of them; their names and help are the source's. */
async function declared(): Promise<ReadonlySet<string>> {
  const source = await readFile(resolve(root, 'src/ops/metrics.ts'), 'utf8');
  const names = [...source.matchAll(/^ {2}(\w+): '/gm)].map((match) => String(match[1]));
  const shown = [...metrics.matchAll(/^# TYPE (\w+)/gm)].map((match) => String(match[1]));
  return new Set([
    ...shown,
    ...names.map((name) => (name.endsWith('_ms') ? `kefu_${name}` : `kefu_${name}_total`)),
  ]);
}

test('the dashboard asks only for figures that the service has', async () => {
  const dashboard = JSON.parse(await readFile(resolve(root, 'deploy/grafana.json'), 'utf8')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const known = await declared();
  const asked = dashboard.panels.flatMap(({ title, targets }) =>
    targets.flatMap(({ expr }) =>
      [...expr.matchAll(/kefu_\w+/g)].map(([name]) => ({
        title,
        name: name.replace(/_bucket$/, ''),
      })),
    ),
  );
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter(({ name }) => !known.has(name))).toEqual([]);
});

test('the page of metrics tells of each figure, and of none that the service does not have', async () => {
  const page = await readFile(resolve(root, 'docs/operating/metrics.md'), 'utf8');
  const told = [...page.matchAll(/^\| `(kefu_\w+)/gm)].map((match) => String(match[1])).sort();
  const own = [...(await declared())].filter((name) => !/^kefu_(?:process|nodejs)_/.test(name));
  expect(told).toEqual(own.sort());
});

test('after a conversation turns, appends, refusals, queue, outbox and chain can be read', () => {
  for (const figure of [
    /kefu_turn_ms_count [1-9]/,
    /kefu_append_ms_count [1-9]/,
    /kefu_appends_total\{reason="committed"\} [1-9]/,
    /kefu_refused_total\{reason="not_found"\} 1/,
    /kefu_queue_waiting 0/,
    /kefu_outbox_overdue_ms \d/,
    /kefu_webhook_dead 0/,
    /kefu_wallet_breaker_open 0/,
    /kefu_audit_entries [1-9]/,
  ]) {
    expect(metrics).toMatch(figure);
  }
});
