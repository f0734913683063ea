import { describe, expect, test } from 'vitest';
import type { Item } from '../../../src/channels/platforms/driver.ts';
import { drivers } from '../../../src/channels/platforms/drivers.ts';
import { cidOf, visitorOf } from '../../../src/channels/platforms/receiving.ts';
import { lineSamples, slackSamples } from '../../support/incoming/line-slack.ts';
import { messengerSamples, whatsappSamples } from '../../support/incoming/meta.ts';
import type { Sample } from '../../support/incoming/sample.ts';
import { telegramSamples } from '../../support/incoming/telegram.ts';
import { smsSamples, wechatSamples } from '../../support/incoming/wechat-sms.ts';

/** A hundred thousand bodies over all platforms: what they document, with something in it that they never send. */
const each = 15_000;
const junk: readonly unknown[] = [
  null,
  undefined,
  '',
  0,
  -1,
  1e308,
  Number.NaN,
  true,
  [],
  {},
  [[]],
  'x'.repeat(5000),
  '\u0000',
  '\uD800',
  '__proto__',
  '../../etc/passwd',
  'javascript:alert(1)',
  'http://169.254.169.254/',
  { toString: null, constructor: 1 },
  [null, undefined, 1, 'x', {}],
];

/** Mulberry32: the same bodies in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) % sides;
  };
}

type Place = { readonly of: Record<string, unknown>; readonly name: string };

function placesIn(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const of = value as Record<string, unknown>;
  return Object.keys(of).flatMap((name) => [{ of, name }, ...placesIn(of[name])]);
}

function spoiled(body: unknown, roll: (sides: number) => number): unknown {
  const copy: unknown = structuredClone(body);
  for (let n = 1 + roll(3); n > 0; n -= 1) {
    const places = placesIn(copy);
    const place = places[roll(Math.max(1, places.length))];
    if (!place) continue;
    if (roll(4) === 0) delete place.of[place.name];
    else place.of[place.name] = junk[roll(junk.length)];
  }
  // As it comes over the wire: without holes, numbers that are none and what is undefined.
  return JSON.parse(JSON.stringify(copy)) as unknown;
}

const kinds: readonly string[] = [
  'text',
  'choice',
  'file',
  'edit',
  'deleted',
  'begun',
  'unreadable',
  'undelivered',
] satisfies readonly Item['content']['kind'][];

const platforms: readonly [
  'telegram' | 'whatsapp' | 'messenger' | 'line' | 'slack' | 'wechat' | 'sms',
  readonly Sample[],
][] = [
  ['telegram', telegramSamples],
  ['whatsapp', whatsappSamples],
  ['messenger', messengerSamples],
  ['line', lineSamples],
  ['slack', slackSamples],
  ['wechat', wechatSamples],
  ['sms', smsSamples],
];

describe.each(platforms)('%s', (name, samples) => {
  test('whatever is wrong in a body, it is things with a name, an id and somebody they are from, or nothing', () => {
    const driver = drivers[name];
    const roll = dice(20261123);
    const seen = new Set<string>();
    const wrong: unknown[] = [];
    for (let n = 0; n < each; n += 1) {
      const body = spoiled(samples[n % samples.length]?.body, roll);
      for (const item of driver.parse(body, {})) {
        seen.add(item.content.kind);
        const isFrom = item.userId !== '' || item.content.kind === 'undelivered';
        // Neither throws, whatever the platform's own ids are.
        const ids: readonly string[] = [cidOf(driver, item.key), visitorOf(driver, item.userId)];
        const hasWords = Object.values(item.content).every((part) => part !== undefined);
        if (
          !kinds.includes(item.content.kind) ||
          !isFrom ||
          item.key === '' ||
          !hasWords ||
          ids.includes('')
        )
          wrong.push({ body, item });
      }
    }
    expect(wrong).toEqual([]);
    // Enough stayed whole to be read at all.
    expect(seen.size).toBeGreaterThan(2);
  });
});
