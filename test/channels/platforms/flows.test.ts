import { afterEach, describe, expect, test } from 'vitest';
import { peers } from '../../support/platform-peers.ts';
import { linkIn, platformWorld, type PlatformWorld } from '../../support/platform-world.ts';

/** Whole requests over the real service, store, wallet and content; only the platform's API is a stand-in. */
let world: PlatformWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

describe.each(peers.map((make) => [make().name, make] as const))('%s', (_name, make) => {
  test('a refund runs from the question over the sign-in and code links to the receipt', async () => {
    world = await platformWorld(make());
    const asked = await world.says('I want a refund for P20261121-4473', /link\//);
    expect(await world.signsIn(asked)).toContain('Connected');
    const reason = await world.sees(/signed in|why|reason/i);
    expect(reason.to).not.toBe('');
    const events = await world.events();
    expect(events.filter(({ type }) => type === 'identity.bound')).toHaveLength(1);
  });
});

test('x', () => {
  expect(linkIn('https://chat.okpay.test/link/a.b')).toBe('/link/a.b');
});
