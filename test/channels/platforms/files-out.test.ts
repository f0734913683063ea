import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { fileLink, readFileLink } from '../../../src/channels/platforms/file-links.ts';
import { mountFileLinks } from '../../../src/channels/platforms/file-pages.ts';
import type { Call, PlatformName } from '../../../src/channels/platforms/driver.ts';
import { makeLink, readLink } from '../../../src/channels/platforms/links.ts';
import { parseConversationId, type FileType } from '../../../src/core/index.ts';
import { gif, heic, jpeg, mp4, pdf, png, webp } from '../../support/file-samples.ts';
import { filePeer, type FilePeer } from '../../support/platform-files.ts';
import { peers } from '../../support/platform-peers.ts';
import { publicUrl } from '../../support/platform-peer.ts';
import { windowWorld, type Attached, type WindowWorld } from '../../support/window-world.ts';

type Name = Exclude<PlatformName, 'email'>;
const soon = { timeout: 60_000 };
const hourMs = 60 * 60_000;

/** A driver's turns, files and deliveries, over the network to a stand-in that takes files as the platform does. */
async function open(name: Name, more: { readonly [name: string]: string } = {}) {
  const make = peers.find((one) => one().name === name);
  if (!make) throw new Error('no such peer');
  const peer = make();
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ours = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const platform = await filePeer(name, { publicUrl, ours });
  const to = { chat: '777', phone: peer.userId, user: peer.userId, channel: 'D1', account: 'wk' };
  const world = await windowWorld(peer, { to, more, apiUrl: platform.url });
  mountFileLinks(world.deps);
  server.on('request', world.deps.http.app);
  return {
    world,
    platform,
    ours,
    /** What the customer has on their screen from the agent; words that were joined into one message apart. */
    fromAgent: () => {
      const shown = platform.shown.flatMap(({ text, file }): FilePeer['shown'] =>
        text === undefined
          ? [{ ...(file && { file }) }]
          : text.split('\n\n').map((one) => ({ text: one })),
      );
      return shown.slice(shown.findIndex(isFromAgent));
    },
    async close() {
      await world.close();
      await platform.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
type Open = Awaited<ReturnType<typeof open>>;
const isFromAgent = ({ text }: FilePeer['shown'][number]) => text === 'Here it is.';

let one: Open | undefined;
afterEach(async () => {
  await one?.close();
  one = undefined;
});

async function begun(name: Name, more?: { readonly [name: string]: string }): Promise<Open> {
  const opened = (one = await open(name, more));
  const { world, platform } = opened;
  await world.accept({ kind: 'text', text: 'hello' });
  await expect.poll(() => platform.shown.length, soon).toBeGreaterThan(0);
  await world.agentSays('Ana here.');
  await inTime(world, () => platform.shown.some(({ text }) => text?.includes('Ana here.'))).toBe(
    true,
  );
  // Where they are counted, the five that answer this message are all hers.
  await world.accept({ kind: 'text', text: 'yes?' });
  return opened;
}

/** Waits while the clock runs, so that pauses end. */
function inTime<T>(world: WindowWorld, look: () => T | Promise<T>) {
  return expect.poll(() => {
    world.pass(1000);
    world.deps.outlets.nudge();
    return look();
  }, soon);
}
const events = async (world: WindowWorld) => (await world.events()).map(({ type }) => type);

const text = Buffer.from('Reference 4473\nSettled on 21 November.\n');
const samples: { readonly [kind in FileType]: Attached } = {
  'image/jpeg': { name: 'receipt.jpg', bytes: jpeg(400, 300) },
  'image/png': { name: 'Beleg "März".png', bytes: png(400, 300) },
  'image/webp': { name: 'a.webp', bytes: webp.lossy(40, 30) },
  'image/gif': { name: '收据.gif', bytes: gif(40, 30) },
  'image/heic': { name: 'photo.heic', bytes: heic(4000, 3000) },
  'application/pdf': { name: 'إيصال.pdf', bytes: pdf },
  'video/mp4': { name: 'how-to.mp4', bytes: mp4 },
  'text/plain': { name: 'note.txt', bytes: text },
};
const kinds = Object.keys(samples) as FileType[];
const all: readonly FileType[] = kinds;
const pictures: readonly FileType[] = ['image/jpeg', 'image/png'];

/** Which kinds arrive as files; the others arrive as links. */
const asFiles: { readonly [name in Name]: readonly FileType[] } = {
  telegram: all,
  whatsapp: [...pictures, 'application/pdf', 'video/mp4', 'text/plain'],
  messenger: all,
  line: pictures,
  wechat: [...pictures, 'image/gif'],
  wecom: all,
  slack: all,
  sms: [],
};
const urlIn = (words: string) => /https:\/\/chat\.okpay\.test\/sent\/\S+/.exec(words)?.[0] ?? '';

async function fetched({ ours }: Open, url: string) {
  const response = await fetch(url.replace(publicUrl, ours));
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    bytes: Buffer.from(await response.arrayBuffer()),
  };
}

describe.each(Object.keys(asFiles) as Name[])('an agent’s files on %s', (name) => {
  test('arrive byte for byte, in order and once: as files where the platform takes that kind, else as a link that gives the same bytes', async () => {
    const opened = await begun(name);
    const { world, fromAgent } = opened;
    const shown = () => fromAgent().filter((each) => !isFromAgent(each));
    for (const [from, to] of [
      [0, 3],
      [3, 6],
      [6, 8],
    ]) {
      await world.accept({ kind: 'text', text: 'go on' });
      await world.agentSays(
        'Here it is.',
        kinds.slice(from, to).map((kind) => samples[kind]),
      );
      await inTime(world, () => shown().length).toBe(to);
    }
    for (const [nth, kind] of kinds.entries()) {
      const { name: called, bytes } = samples[kind];
      const { file, text: words = '' } = shown()[nth] ?? {};
      expect([kind, file !== undefined]).toEqual([kind, asFiles[name].includes(kind)]);
      if (file) {
        expect(file.bytes).toEqual(Buffer.from(bytes));
        if (file.name !== undefined)
          expect(file.name).toContain(called.replaceAll('"', '').slice(0, 5));
        continue;
      }
      expect(words).toContain(called);
      const got = await fetched(opened, urlIn(words));
      expect(got).toMatchObject({ status: 200 });
      expect(got.type.split(';')[0]).toBe(kind);
      expect(got.bytes).toEqual(Buffer.from(bytes));
    }
    expect((await events(world)).filter((type) => type === 'delivery.failed')).toEqual([]);
  });
});

/** Platforms that have a file brought to them before a message shows it. */
const uploading: readonly Name[] = ['whatsapp', 'messenger', 'wechat', 'wecom', 'slack'];
const receipt = samples['image/png'];
const isUpload = ({ body }: Call) => body instanceof FormData;
/** The message that shows an uploaded file. */
const isShowing = ({ url, body }: Call) =>
  /completeUpload/.test(url) ||
  (typeof body === 'string' && /"(?:id|attachment_id|media_id)":"id-\d/.test(body));
const failures = async ({ world }: Open) =>
  (await world.events()).filter((event) => event.type === 'delivery.failed');
const busy = { status: 503, body: {} };

describe.each(uploading)('a file on its way to %s', (name) => {
  const shownFiles = ({ fromAgent }: Open) => fromAgent().flatMap(({ file }) => file ?? []);

  test('is uploaded again while the platform is busy, and sent again, also after the connection was cut, without another upload: it is shown once', async () => {
    const opened = await begun(name);
    const { world, platform } = opened;
    let refusals = 0;
    const tried = { upload: 0, show: 0 };
    world.refuse((call) => {
      if (isUpload(call)) tried.upload += 1;
      if (isShowing(call)) tried.show += 1;
      if (isUpload(call) && tried.upload <= 2) return busy;
      if (isShowing(call) && tried.show === 1) throw new Error('cut');
      if (isShowing(call) && tried.show === 2) return busy;
      refusals = tried.upload + tried.show;
      return undefined;
    });
    await world.agentSays('Here it is.', [receipt]);
    await world.agentSays('Can you see it?');
    await inTime(world, () => opened.fromAgent().at(-1)?.text).toBe('Can you see it?');
    expect(refusals).toBe(6);
    expect(tried).toEqual({ upload: 3, show: 3 });
    expect(platform.uploads).toBe(1);
    expect(shownFiles(opened).map(({ bytes }) => bytes.equals(receipt.bytes))).toEqual([true]);
    expect(opened.fromAgent()).toHaveLength(3);
    expect(await failures(opened)).toEqual([]);
  });

  test('that is refused for good goes out as a link, in its place and once, and the customer gets the same bytes by it', async () => {
    const opened = await begun(name);
    const { world } = opened;
    world.refuse((call) => (isUpload(call) ? { status: 400, body: refusalOf(name) } : undefined));
    await world.agentSays('Here it is.', [receipt]);
    await world.agentSays('Can you open it?');
    await inTime(world, () => opened.fromAgent().at(-1)?.text).toBe('Can you open it?');
    const [, link, last] = opened.fromAgent();
    expect(last?.text).toBe('Can you open it?');
    const got = await fetched(opened, urlIn(link?.text ?? ''));
    expect(got.bytes.equals(receipt.bytes)).toBe(true);
    expect(await failures(opened)).toEqual([]);
  });
});

/** As the platform says it, with status 400 but where it has its own way. */
function refusalOf(name: Name): object {
  if (name === 'slack') return { ok: false, error: 'missing_scope' };
  if (name === 'wechat' || name === 'wecom')
    return { errcode: 40006, errmsg: 'invalid media size' };
  return { error: { message: '(#100) Param file', type: 'OAuthException', code: 100 } };
}

describe('a file that cannot be sent', () => {
  test('because it is larger than the platform takes goes out as a link', async () => {
    const opened = await begun('line');
    const large = {
      name: 'large.png',
      bytes: Buffer.concat([png(9, 9), Buffer.alloc(1024 * 1024)]),
    };
    await opened.world.agentSays('Here it is.', [large, receipt]);
    await inTime(opened.world, () => opened.fromAgent().length).toBe(3);
    const [, link, small] = opened.fromAgent();
    expect(small?.file?.bytes.equals(receipt.bytes)).toBe(true);
    const got = await fetched(opened, urlIn(link?.text ?? ''));
    expect(got.bytes.equals(large.bytes)).toBe(true);
  });

  test('because the customer blocked us is told to the desk with the reason, and is no link either', async () => {
    const opened = await begun('telegram');
    const { world } = opened;
    world.refuse(() => ({
      status: 403,
      body: { ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' },
    }));
    await world.agentSays('', [receipt]);
    await inTime(world, async () => (await failures(opened)).length).toBe(1);
    expect(await failures(opened)).toMatchObject([{ channel: 'telegram', reason: 'blocked' }]);
    expect(JSON.stringify(opened.platform.shown)).not.toContain('/sent/');
  });

  test('because the reply window is over waits with its words, and goes out as a file when the customer writes', async () => {
    const opened = await begun('whatsapp');
    const { world } = opened;
    world.pass(25 * hourMs);
    await world.agentSays('Here it is.', [receipt]);
    await inTime(world, async () => (await failures(opened)).length).toBe(1);
    expect(opened.platform.uploads).toBe(0);
    await world.accept({ kind: 'text', text: 'any news?' });
    await inTime(world, () => opened.fromAgent().length).toBe(2);
    expect(opened.fromAgent()[1]?.file?.bytes.equals(receipt.bytes)).toBe(true);
  });

  test('because it was erased meanwhile is told to the desk', async () => {
    const opened = await begun('slack');
    const { world } = opened;
    world.refuse((call) => (isUpload(call) ? busy : undefined));
    await world.agentSays('Here it is.', [receipt]);
    await inTime(world, () => world.calls.some(isUpload)).toBe(true);
    const said = (await world.events()).findLast(({ type }) => type === 'agent.said');
    if (said?.type !== 'agent.said') throw new Error('nobody said anything');
    for (const { id } of said.files ?? []) await world.deps.files.remove(id);
    await inTime(world, async () => (await failures(opened)).length).toBe(1);
    expect(await failures(opened)).toMatchObject([{ reason: 'file_not_there' }]);
  });
});

test('a token that ended while a file was uploaded is renewed, and the file is shown once', async () => {
  const opened = await begun('wechat');
  const { world, platform } = opened;
  let ended = 0;
  world.refuse((call) => {
    if (!isUpload(call) || ended > 0) return undefined;
    ended += 1;
    return { status: 200, body: { errcode: 42001, errmsg: 'access_token expired' } };
  });
  const tokens = () => world.calls.filter(({ url }) => url.includes('stable_token')).length;
  const before = tokens();
  await world.agentSays('Here it is.', [receipt]);
  await inTime(world, () => opened.fromAgent().length).toBe(2);
  expect(tokens()).toBe(before + 1);
  expect([ended, platform.uploads]).toEqual([1, 1]);
});

test('a number that sends MMS has Twilio fetch pictures from us; where Twilio refuses, the link goes out', async () => {
  const opened = await begun('sms', { mms: 'yes' });
  const { world } = opened;
  await world.agentSays('Here it is.', [receipt, samples['application/pdf']]);
  await inTime(world, () => opened.fromAgent().length).toBe(3);
  const [, picture, paper] = opened.fromAgent();
  expect(picture?.file?.bytes.equals(receipt.bytes)).toBe(true);
  expect(urlIn(paper?.text ?? '')).not.toBe('');
  world.refuse(({ body }) =>
    typeof body === 'string' && body.includes('MediaUrl=')
      ? { status: 400, body: { code: 21620, message: 'Invalid media URL', status: 400 } }
      : undefined,
  );
  await world.agentSays('Once more.', [receipt]);
  await inTime(world, () => opened.fromAgent().length).toBe(5);
  expect(urlIn(opened.fromAgent()[4]?.text ?? '')).not.toBe('');
});

describe('the link to a file', () => {
  test('is good for a week, gives the file to whoever has it, and says nothing to whom it should not', async () => {
    const opened = await begun('sms');
    const { world, ours } = opened;
    await world.agentSays('Here it is.', [receipt]);
    await inTime(world, () => opened.fromAgent().length).toBe(2);
    const words = opened.fromAgent()[1]?.text ?? '';
    const url = urlIn(words);
    expect(words).toContain('7 days');
    const response = await fetch(url.replace(publicUrl, ours));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(receipt.bytes)).toBe(true);
    const head = await fetch(url.replace(publicUrl, ours), { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(receipt.bytes.byteLength));
    world.pass(6 * 24 * hourMs);
    expect((await fetched(opened, url)).status).toBe(200);
    world.pass(2 * 24 * hourMs);
    const late = await fetched(opened, url);
    expect([late.status, late.bytes.toString('utf8')]).toEqual([
      410,
      expect.stringContaining('has expired'),
    ]);
  });

  test('that was tampered with or is no such link at all names no file', async () => {
    const { world } = (one = await open('sms'));
    const secret = world.deps.settings.linkSecret;
    const id = `f_${'0a'.repeat(16)}`;
    const token = fileLink(world.deps, id, 0).split('/').at(-1) ?? '';
    const nowMs = world.deps.clock();
    expect(readFileLink(secret, token, nowMs)).toBe(id);
    const [name = '', expiry = '', mark = ''] = token.split('.');
    const later = (Number.parseInt(expiry, 36) + hourMs).toString(36);
    for (const wrong of [
      '',
      name,
      `${name}.${expiry}`,
      `${name}.${later}.${mark}`,
      `f_${'0b'.repeat(16)}.${expiry}.${mark}`,
      `${name}.${expiry}.${mark.slice(0, -1)}`,
      `${token}x`,
      token.toUpperCase(),
    ]) {
      expect([wrong, readFileLink(secret, wrong, nowMs)]).toEqual([wrong, undefined]);
    }
    expect(readFileLink('another secret of ours', token, nowMs)).toBeUndefined();
    // A link that signs somebody in is none to a file, nor the other way round.
    const conversationId = parseConversationId(id);
    if (!conversationId) throw new Error('no id');
    const signIn = makeLink(secret, {
      conversationId,
      purpose: 'sign_in',
      expiresAtMs: nowMs + hourMs,
    });
    expect(readFileLink(secret, signIn, nowMs)).toBeUndefined();
    expect(readLink(secret, token, nowMs)).toBeUndefined();
  });
});
