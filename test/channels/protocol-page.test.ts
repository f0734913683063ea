import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { socketPath, webLimits } from '../../src/channels/index.ts';
import { errorCodes } from '../../src/core/index.ts';
import {
  clientFrameSchema,
  serverFrameSchema,
  sessionReplySchema,
  wireEventSchema,
} from '../../src/protocol/index.ts';
import { parseEventsReply, parseServerFrame } from '../support/wire-schemas.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/reference/protocol.md'), 'utf8');

/** The text below a heading, up to the next one. */
function section(heading: string): string {
  const [, rest] = page.split(`\n${heading}\n`);
  if (rest === undefined) throw new Error(`the page has no "${heading}"`);
  return rest.split(/\n#{2,3} /)[0] ?? '';
}

/** First cells of a section's table rows that are `code`. */
function names(text: string): string[] {
  return [...text.matchAll(/^\| +`([^`]+)` +\|/gm)].map((match) => match[1] ?? '');
}

function examples(text: string): unknown[] {
  const blocks = [...text.matchAll(/```text\n([\s\S]*?)```/g)];
  const lines = blocks.flatMap((block) => (block[1] ?? '').trim().split('\n'));
  return lines.map((line): unknown => JSON.parse(line));
}

const literals = (schema: { options: readonly { shape: { t: { value: string } } }[] }) =>
  schema.options.map((option) => option.shape.t.value);
const sorted = (list: Iterable<string>) => [...list].toSorted();

test('the page names every frame of the client, no other, and shows each in a form that is accepted', () => {
  const text = section('### From the client');
  expect(sorted(names(text))).toEqual(sorted(literals(clientFrameSchema)));
  const shown = examples(text).map((frame) => clientFrameSchema.parse(frame).t);
  expect(sorted(new Set(shown))).toEqual(sorted(literals(clientFrameSchema)));
});

test('the page names every frame of the server, no other, and shows each as it is', () => {
  const text = section('### From the server');
  expect(sorted(names(text))).toEqual(sorted(literals(serverFrameSchema)));
  const shown = examples(text).map((frame) => parseServerFrame(frame).t);
  expect(sorted(shown)).toEqual(sorted(literals(serverFrameSchema)));
});

test('the page names every kind of event and shows each as it is', () => {
  const text = section('### Events');
  const event = z.union(wireEventSchema.options);
  const shown = examples(text).map((each) => event.parse(each).type);
  expect(sorted(names(text))).toEqual(sorted(new Set(shown)));
  const types = JSON.stringify(z.toJSONSchema(event)).matchAll(/"const":"(\w+)"/g);
  for (const [, type = ''] of types) expect(text).toContain(`\`${type}\``);
});

test('every close code on the page is that of its error code', () => {
  const rows = [...section('### Close codes').matchAll(/^\| +(\d{4}) +\| ([^|]*)\|/gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [, close = '', codes = ''] of rows) {
    for (const [, code = ''] of codes.matchAll(/`(\w+)`/g)) {
      expect({ code, close: String(closeOf(code)) }).toEqual({ code, close });
    }
  }
});

function closeOf(code: string): number | undefined {
  return Object.entries(errorCodes).find(([name]) => name === code)?.[1].close;
}

test('every ceiling on the page has its value in the source, and none that a client meets is missing', () => {
  const rows = [...section('## Ceilings').matchAll(/^\| +`(\w+)` +\| (\d+) +\|/gm)];
  const shown = Object.fromEntries(rows.map(([, name = '', value]) => [name, Number(value)]));
  const source: Record<string, number> = webLimits;
  for (const [name, value] of Object.entries(shown))
    expect([name, source[name]]).toEqual([name, value]);
  const mentioned = [...page.matchAll(/`(\w+(?:Ms|Max|Length))`/g)].map((match) => match[1] ?? '');
  const ceilings = mentioned.filter((name) => name in source);
  expect(ceilings.filter((name) => !(name in shown))).toEqual([]);
});

test('the page shows the replies and the path of the socket as they are', () => {
  const [session, events] = examples(section('## Over HTTP'));
  expect(sessionReplySchema.parse(session)).toEqual(session);
  expect(parseEventsReply(events)).toEqual(events);
  expect(page).toContain(`GET ${socketPath}`);
});
