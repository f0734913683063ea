import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FileReply } from '../../src/protocol/index.ts';
import { fileReplySchema } from '../../src/protocol/index.ts';
import { pdf, png } from '../support/file-samples.ts';
import type { Visit } from '../support/wire-client.ts';
import { api, join, upload, visit } from '../support/wire-client.ts';
import type { WireWorld, WireWorldOptions } from '../support/wire-world.ts';
import { wireWorld } from '../support/wire-world.ts';

let world: WireWorld;
let mine: Visit;
beforeEach(() => begin());
afterEach(async () => {
  await world.stop();
});

async function begin(options: WireWorldOptions = {}): Promise<void> {
  world = await wireWorld(options);
  mine = await visit(world.url);
}

async function again(options: WireWorldOptions): Promise<void> {
  await world.stop();
  await begin(options);
}

async function uploaded(
  from: Visit = mine,
  bytes = png(64, 48),
  name?: string,
): Promise<FileReply['file']> {
  const { status, body } = await upload(world.url, from, bytes, name);
  expect(status).toBe(200);
  return fileReplySchema.strict().parse(body).file;
}

function fetchFile(id: string, { sessionToken, conv }: Visit = mine): Promise<Response> {
  const headers = { authorization: `Bearer ${sessionToken}` };
  return fetch(`${world.url}/api/chat/files/${id}?conv=${conv}`, { headers });
}

test('a file goes up, stands in the message for every reader, and comes down to the byte', async () => {
  const bytes = png(64, 48);
  const file = await uploaded(mine, bytes, 'Quittung №5.png');
  expect(file).toMatchObject({ name: 'Quittung №5.png', type: 'image/png', width: 64, height: 48 });
  const client = await join(world.url, mine);
  client.send({ t: 'send', conv: mine.conv, cid: 'm1', text: '', files: [file.id] });
  expect(await client.first('ack')).toMatchObject({ seq: 1, dup: false });
  expect(await client.sees(1)).toMatchObject([{ type: 'message', text: '', files: [file] }]);
  const response = await fetchFile(file.id);
  expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), bytes)).toBe(0);
  client.stop();
});

test('what a browser is led to runs nothing: types are not guessed, documents are kept as files', async () => {
  const page = new TextEncoder().encode('<html><script>steal()</script></html>');
  const html = await uploaded(mine, page, `"evil"';\r\n.html`);
  const { headers } = await fetchFile(html.id);
  expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-disposition')).toBe(
    "attachment; filename*=UTF-8''%22evil%22%27%3B.html",
  );
  expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  expect(headers.get('cache-control')).toBe('private, no-store');
  const picture = await fetchFile((await uploaded()).id);
  expect(picture.headers.get('content-disposition')).toMatch(/^inline; /);
});

test('a lost answer changes nothing: the same message again has the same files, another message may not have them', async () => {
  const { id } = await uploaded();
  const { conv, sessionToken: token } = mine;
  const body = { conv, cid: 'm1', text: 'here', files: [id] };
  const replies = [];
  for (const next of [body, body, { ...body, cid: 'm2' }]) {
    replies.push(await api(world.url, '/api/chat/send', { body: next, token }));
  }
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 404]);
  expect(replies[1]?.body).toMatchObject({ dup: true });
  const client = await join(world.url, mine);
  client.send({ t: 'send', conv, cid: 'm3', text: 'here', files: [id] });
  expect(await client.first('refused')).toMatchObject({ cid: 'm3', code: 'not_found' });
  expect(await client.sees(1)).toHaveLength(1);
  client.stop();
});

test('nobody else gets at a file: not by its id, not by their conversation, not without a session', async () => {
  const { id } = await uploaded();
  const other = await visit(world.url);
  const customer = await visit(world.url, { userToken: 'user:lin-wei' });
  const answers = await Promise.all([
    fetchFile(id, other),
    fetchFile(id, customer),
    fetchFile(id, { ...other, conv: mine.conv }),
    fetchFile(`f_${'0'.repeat(32)}`),
    fetchFile('..%2f..%2fkefu.db'),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  expect((await fetch(`${world.url}/api/chat/files/${id}?conv=${mine.conv}`)).status).toBe(401);
});

test('nobody sends another’s file, and nobody uploads into another’s conversation', async () => {
  const { id } = await uploaded();
  const other = await visit(world.url);
  const { conv, sessionToken: token } = other;
  const sent = await api(world.url, '/api/chat/send', {
    body: { conv, cid: 'm1', text: 'mine now', files: [id] },
    token,
  });
  expect(sent.status).toBe(404);
  const put = await upload(world.url, { sessionToken: token, conv: mine.conv }, pdf);
  expect(put).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
  expect((await upload(world.url, { sessionToken: 'no', conv }, pdf)).status).toBe(401);
});

test('a customer’s second device sees what was sent, and not what the first has only chosen', async () => {
  const userToken = 'user:lin-wei';
  const phone = await visit(world.url, { userToken });
  const laptop = await visit(world.url, { userToken });
  expect(laptop.conv).toBe(phone.conv);
  const { id } = await uploaded(phone);
  expect((await fetchFile(id, laptop)).status).toBe(404);
  const { conv, sessionToken: token } = phone;
  const body = { conv, cid: 'm1', text: '', files: [id] };
  expect((await api(world.url, '/api/chat/send', { body, token })).status).toBe(200);
  expect((await fetchFile(id, laptop)).status).toBe(200);
});

test.each([
  [
    'a program called photo.png',
    Buffer.from('MZ\u0090\u0000\u0003', 'latin1'),
    415,
    'unsupported_type',
  ],
  ['more than the ceiling', Buffer.alloc(2001, 'a'), 413, 'too_large'],
])('%s is refused by name', async (_, bytes, status, code) => {
  await again({ limits: { fileBytesMax: 2000 } });
  expect(await upload(world.url, mine, bytes, 'photo.png')).toMatchObject({
    status,
    body: { error: { code } },
  });
});

test('more than the ceiling without saying so is cut off while it comes in', async () => {
  await again({ limits: { fileBytesMax: 2000 } });
  const socket = connect(world.port, '127.0.0.1');
  const answer = text(socket);
  const lines = [
    `POST /api/chat/files?conv=${mine.conv} HTTP/1.1`,
    'Host: kefu',
    `Authorization: Bearer ${mine.sessionToken}`,
    'Transfer-Encoding: chunked',
    'Connection: close',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  for (let n = 0; n < 30; n += 1) socket.write(`64\r\n${'a'.repeat(100)}\r\n`);
  socket.write('0\r\n\r\n');
  expect(await answer).toContain('"too_large"');
});

test('a visitor has so many files and bytes an hour, and others are not held up by it', async () => {
  await again({ limits: { filesPerHourMax: 2, fileBytesPerHourMax: 5000, fileBytesMax: 4000 } });
  await uploaded();
  await uploaded();
  expect(await upload(world.url, mine, pdf)).toMatchObject({
    status: 429,
    body: { error: { code: 'rate_limited' } },
  });
  const other = await visit(world.url);
  await uploaded(other, Buffer.alloc(3000, 'a'));
  expect((await upload(world.url, other, Buffer.alloc(3000, 'b'))).status).toBe(429);
});

test.each([
  ['more files than one message may have', Array.from({ length: 6 }, (_, n) => `f_${n}`)],
  ['an empty list', []],
  ['what is no id', ['../x']],
])('%s is no message', async (_, files) => {
  const { conv, sessionToken: token } = mine;
  const body = { conv, cid: 'm1', text: 'x', files };
  const reply = await api(world.url, '/api/chat/send', { body, token });
  expect(reply).toMatchObject({ status: 400, body: { error: { code: 'bad_request' } } });
});

test('a page of an allowed origin may name the file in its header; one of another may not upload at all', async () => {
  const preflight = await api(world.url, '/api/chat/files', {
    method: 'OPTIONS',
    origin: 'https://pay.example.com',
  });
  expect(preflight.headers.get('access-control-allow-headers')).toContain('X-File-Name');
  const { conv, sessionToken: token } = mine;
  const evil = await api(world.url, `/api/chat/files?conv=${conv}`, {
    body: 'x',
    token,
    origin: 'https://evil.example',
  });
  expect(evil.status).toBe(403);
});
