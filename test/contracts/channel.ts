import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import type { Block } from '../../src/core/index.ts';
import { compose } from '../../src/channels/platforms/compose.ts';
import type { Driver, Webhook } from '../../src/channels/platforms/driver.ts';
import { drivers } from '../../src/channels/platforms/drivers.ts';
import { lengthOf } from '../../src/channels/platforms/split.ts';
import { publicUrl, type Hook, type Peer } from '../support/platform-peer.ts';

const words = {
  numbered: 'Reply with a number.',
  codeLink: 'Enter it here: https://chat.okpay.test/link/x',
};
const manner = { idempotencyKey: '00000000-0000-4000-8000-000000000000' };

function webhookOf(hook: Hook): Webhook {
  const url = `${publicUrl}${hook.path}`;
  return {
    method: hook.method,
    url,
    query: Object.fromEntries(new URL(url).searchParams),
    headers: hook.headers,
    raw: Buffer.from(hook.body),
  };
}

const option = fc.record({
  value: fc.string({ minLength: 1, maxLength: 20 }),
  label: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }),
  detail: fc.option(fc.string({ minLength: 1, maxLength: 80 }), { nil: undefined }),
});
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({
    type: fc.constant('text' as const),
    text: fc.string({ unit: 'grapheme', maxLength: 9000 }),
  }),
  fc.record({
    type: fc.constant('choices' as const),
    id: fc.uuid(),
    options: fc
      .array(option, { minLength: 1, maxLength: 30 })
      .map((all) =>
        all.map(({ detail, ...one }) => (detail === undefined ? one : { ...one, detail })),
      ),
  }),
);

/** What every driver keeps, whatever its platform: signatures, dedupe keys, limits, and no throw for anything that comes. */
export function channelContract(make: () => Peer): void {
  const peer = make();
  const driver: Driver = drivers[peer.name];
  const settings = driver.settings.parse(peer.settings('http://127.0.0.1:1'));
  const verify = (hook: Webhook, atMs = Date.now()) => driver.verify(hook, settings, atMs);

  describe(`the driver of ${peer.name}`, () => {
    test('takes what the platform signed', () => {
      expect(verify(webhookOf(peer.text(1, 'hello'))).kind).toBe('ok');
    });

    test('refuses a forged, an unsigned and a tampered request, and never by throwing', () => {
      expect(verify(webhookOf(peer.forged(1))).kind).toBe('forged');
      const good = webhookOf(peer.text(1, 'hello'));
      expect(verify({ ...good, headers: {}, query: {} }).kind).toBe('forged');
      for (const [name, value] of Object.entries(good.headers)) {
        if (!/sign|secret/.test(name)) continue;
        for (const wrong of ['', 'é', value?.slice(0, -1), `${value}0`, value?.toUpperCase()]) {
          if (wrong === value) continue;
          expect(verify({ ...good, headers: { ...good.headers, [name]: wrong } }).kind).toBe(
            'forged',
          );
        }
      }
    });

    test('reads the same message as the same item, another one as another', () => {
      const items = (n: number) => {
        const verified = verify(webhookOf(peer.text(n, 'hello')));
        return verified.kind === 'ok' ? driver.parse(verified.body) : [];
      };
      if (driver.pull) return;
      expect(items(5).map(({ key }) => key)).toEqual(items(5).map(({ key }) => key));
      expect(items(5)[0]).toMatchObject({
        userId: peer.userId,
        content: { kind: 'text', text: 'hello' },
      });
      expect(items(5)[0]?.key).not.toBe(items(6)[0]?.key);
    });

    test('reads a pressed button as what was drawn', () => {
      const hook = peer.press?.(9, 'c:AAAAAAAAAAA:1', 'Two');
      if (!hook || driver.pull) return;
      const verified = verify(webhookOf(hook));
      const [item] = verified.kind === 'ok' ? driver.parse(verified.body) : [];
      expect(item?.content).toMatchObject({ kind: 'choice', data: 'c:AAAAAAAAAAA:1' });
    });

    test('draws any message within the platform’s limits, and every choice of it', () => {
      fc.assert(
        fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (blocks) => {
          const { facts } = driver;
          for (const piece of compose(blocks, facts, words)) {
            const { text, choices } = piece;
            expect(lengthOf(text, facts.text.unit)).toBeLessThanOrEqual(facts.text.max);
            expect(text.trim()).not.toBe('');
            if (choices) {
              const room = choices.style === 'buttons' ? facts.buttons : facts.list;
              expect(choices.options.length).toBeLessThanOrEqual(room?.max ?? 0);
              expect(lengthOf(text, facts.text.unit)).toBeLessThanOrEqual(
                facts.choiceTextMax ?? Infinity,
              );
              for (const { label, data } of choices.options) {
                expect(lengthOf(label, facts.text.unit)).toBeLessThanOrEqual(room?.labelMax ?? 0);
                expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
              }
            }
            const call = driver.send(
              piece,
              { chat: '1' },
              { ...settings, accessToken: 't' },
              manner,
            );
            expect(URL.canParse(call.url)).toBe(true);
          }
          const count = blocks.reduce(
            (sum, one) => sum + (one.type === 'choices' ? one.options.length : 0),
            0,
          );
          const drawn = compose(blocks, facts, words);
          const shown = drawn.reduce((sum, { choices }) => sum + (choices?.options.length ?? 0), 0);
          const listed = drawn.flatMap(({ text }) => text.match(/^\d+\) /gm) ?? []).length;
          expect(shown + listed).toBeGreaterThanOrEqual(count);
        }),
        { numRuns: 60 },
      );
    });

    test('reads anything without throwing: only named outcomes', () => {
      fc.assert(
        fc.property(fc.jsonValue(), (value) => {
          expect(Array.isArray(driver.parse(value))).toBe(true);
          const sent = driver.outcome({ status: 200, header: () => undefined, json: value });
          expect(['sent', 'later', 'expired', 'final']).toContain(sent.kind);
        }),
        { numRuns: 500 },
      );
    });

    test('tells a busy platform from a final refusal', () => {
      const answer = (status: number, after?: string) =>
        driver.outcome({ status, header: () => after, json: undefined });
      expect(answer(500).kind).toBe('later');
      expect(answer(429, '7')).toMatchObject({ kind: 'later', afterMs: 7000 });
      expect(answer(400).kind).toBe('final');
    });
  });
}
