import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { parseClientMessageId, parseCustomerId } from '../../../src/core/index.ts';
import type { AgentCommand } from '../../../src/turn/index.ts';
import type { Hook } from '../../support/platform-peer.ts';
import { peers } from '../../support/platform-peers.ts';
import {
  linkIn,
  photoBytes,
  platformWorld,
  type PlatformWorld,
} from '../../support/platform-world.ts';

/** Whole requests over the real service, store, wallet and content; only the platform's API is a stand-in. */
let world: PlatformWorld | undefined;
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

function customerOf(name: string) {
  const id = parseCustomerId(name);
  if (!id) throw new Error('no id');
  return id;
}

const ana = { agentId: 'agent-ana', agentName: 'Ana' };

/** Ana has her desk open, which a restart closes: she takes the conversation, if she has it not, and does it once. */
async function asAna(one: PlatformWorld, command: AgentCommand): Promise<void> {
  const { core } = one;
  core.matching.presences.connect(ana.agentId);
  const id = await one.conversation();
  const done = async () => {
    await core.turns.command(id, ana, { type: 'accept' });
    return (await core.turns.command(id, ana, command)).kind;
  };
  await expect.poll(done, { timeout: 60_000 }).toBe('done');
}

async function agentSays(one: PlatformWorld, text: string): Promise<void> {
  const cid = parseClientMessageId(randomUUID());
  if (!cid) throw new Error('no id');
  await asAna(one, { type: 'say', cid, text });
}

/** Signs in over the link when asked to, and gives what the bot says then. */
async function signedIn(one: PlatformWorld, text: string, pattern: RegExp, who = 'lin-wei') {
  const asked = await one.says(text, /\/link\//);
  const from = one.seen().length;
  expect(await one.signsIn(asked, who)).toContain('Connected');
  return one.sees(pattern, from);
}

/** Enters the code on the page behind the link: a wrong one first. */
async function entersCode(one: PlatformWorld, link: string, pattern: RegExp, who = 'lin-wei') {
  const path = linkIn(link);
  expect((await one.post(path, { code: '000000' })).body).toContain('role="alert"');
  const from = one.seen().length;
  expect((await one.post(path, { code: one.code(who) })).body).toContain('Thank you');
  expect((await one.post(path, { code: one.code(who) })).status).toBe(410);
  return one.sees(pattern, from);
}

/** Brought twice, kept once, bytes and all. */
async function getsPicture(one: PlatformWorld, hook: Hook): Promise<void> {
  for (const nth of [1, 2]) expect((await one.deliver(hook)).status, `${nth}`).toBe(200);
  const pictures = async () =>
    (await one.events()).flatMap((event) =>
      event.type === 'message.received' ? (event.files ?? []) : [],
    );
  await expect.poll(async () => (await pictures()).length, { timeout: 60_000 }).toBe(1);
  const [picture] = await pictures();
  expect(picture).toMatchObject({ type: 'image/png', bytes: photoBytes.byteLength });
}

describe.each(peers.map((make) => [make().name, make] as const))('%s', (_name, make) => {
  test('a refund runs to its receipt; sign-in and code go over links and never through the chat; once untied, the chat is another customer’s who signs in, and unlocks theirs', async () => {
    const one = (world = await platformWorld(make()));
    const reason = await signedIn(one, 'I want a refund for P20261121-4473', /never arrived/i);
    const code = await one.chooses(reason, /never arrived/i, /\/link\//);
    const consent = await entersCode(one, code.text, /128/);
    await one.chooses(consent, /^(?:\d+\) )?yes/i, /receipt|RF|review/i);
    const events = await one.events();
    expect(events.filter(({ type }) => type === 'action.requested').length).toBeGreaterThan(0);
    const done = events.filter(
      (event) => event.type === 'action.ended' && event.outcome.kind === 'ok',
    );
    expect(done.length).toBeGreaterThan(0);
    expect(
      JSON.stringify(events, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      ),
    ).not.toContain(one.code());

    // Whoever has the phone now: the chat is nobody's again, and the next one signs in as themselves.
    await one.says('/unlink', /no longer connected/);
    const how = await one.says('my account is locked', /go on|like to do/i);
    const asked = await one.chooses(how, /unlock it here/i, /\/link\//);
    const from = one.seen().length;
    expect(await one.signsIn(asked, 'chen-jie')).toContain('Connected');
    const byCode = await one.sees(/\/link\//, from);
    const unlock = await entersCode(one, byCode.text, /unlock this account/i, 'chen-jie');
    await one.chooses(unlock, /^(?:\d+\) )?yes/i, /your account is unlocked/i);
    const { sandbox } = one.core;
    const account = await sandbox?.wallet.getAccount({ customerId: customerOf('chen-jie') });
    expect(account).toMatchObject({ kind: 'ok', result: { status: 'active' } });
  });

  test('a failed payment, a late withdrawal and a fraud report are dealt with; then a person takes over, also after a restart, gets a picture and is rated by a number', async () => {
    const one = (world = await platformWorld(make()));
    const failed = await signedIn(one, 'my payment P20261122-8755 failed', /declin/i);
    expect(failed.text).toContain('8755');
    await one.says('my withdrawal has not arrived', /withdraw/i);
    await one.says(
      'I have been scammed, I sent money to a fake investment site',
      /freeze your account/i,
    );
    await one.says('let me talk to a person', /person|colleague|agent|queue/i);
    await expect
      .poll(async () => (await one.events()).some(({ type }) => type === 'handoff.requested'))
      .toBe(true);
    await agentSays(one, 'Hello, this is Ana. I am looking at it now.');
    await one.sees(/Ana joined/);
    await one.sees(/looking at it now/);
    await one.restart();
    const before = one.seen().length;
    await agentSays(one, 'It is settled: the money is on its way.');
    await one.sees(/settled/, before);
    // Where our messages are counted, that she joined is in the same one.
    const again = one
      .seen()
      .slice(before)
      .map(({ text }) => text.replaceAll('Ana joined the chat', '').trim())
      .filter((text) => text !== '');
    expect(again).toEqual(['It is settled: the money is on its way.']);

    if (one.peer.photo) await getsPicture(one, one.peer.photo(9000, one.apiUrl));

    await asAna(one, { type: 'close' });
    await one.sees(/number from 1/i, before);
    expect((await one.deliver(one.peer.text(9001, '5'))).status).toBe(200);
    await expect
      .poll(async () => (await one.events()).find(({ type }) => type === 'satisfaction.given'), {
        timeout: 60_000,
      })
      .toMatchObject({ score: 5 });
  });
});
