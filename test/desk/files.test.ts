import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFiles, type Files } from '../../src/files/index.ts';
import { openSqliteStore, type Store } from '../../src/store/index.ts';
import { deskWorld, testAgent } from '../support/desk-world.ts';
import { pdf, png } from '../support/file-samples.ts';

const ann = testAgent('Ann');
const bo = testAgent('Bo');
const conv = 'c_1';

let folder: string;
let store: Store;
let files: Files;
let world: Awaited<ReturnType<typeof deskWorld>>;
let clients: readonly ReturnType<typeof world.client>[];
let cookies: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kefu-desk-files-'));
  store = await openSqliteStore({ folder, clock: Date.now });
  files = createFiles({ folder, records: store.records, clock: Date.now, randomId: randomUUID });
  world = await deskWorld([ann, bo], { files });
  clients = [ann, bo].map(() => world.client());
  cookies = [];
  for (const [n, agent] of [ann, bo].entries()) {
    const answer = await clients[n]?.signIn(agent);
    cookies.push(answer?.cookie.split(';')[0] ?? '');
  }
});

afterEach(async () => {
  await world.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

async function* whole(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/** A file as the customer's wire leaves it: uploaded, and named by a message. */
async function fromCustomer(cid: string): Promise<string> {
  const by = { conversationId: conv, senderId: 'v1' };
  const ref = await files.put({ ...by, name: 'receipt.png', body: whole(png(64, 48)) });
  await files.claim([ref.id], { ...by, cid });
  world.log.add(
    conv,
    [
      { type: 'conversation.started', channel: 'web', language: 'en', visitorId: 'v1' },
      { type: 'message.received', cid, text: '', files: [ref] },
      {
        type: 'handoff.requested',
        reason: 'asked',
        priority: 'normal',
        queue: 'default',
        by: 'bot',
      },
    ],
    1000,
  );
  return ref.id;
}

function fetchFile(id: string, cookie: string): Promise<Response> {
  return fetch(`${world.origin}/api/desk/files/${id}`, { headers: { cookie } });
}

async function upload(cookie: string, headers: Record<string, string> = { origin: world.origin }) {
  const response = await fetch(`${world.origin}/api/desk/files?conv=${conv}`, {
    method: 'POST',
    headers: { cookie, 'x-file-name': 'form.pdf', ...headers },
    body: Buffer.from(pdf),
  });
  const body = (await response.json()) as { file?: { id: string } };
  return { status: response.status, id: body.file?.id ?? '' };
}

test('what the customer sent stands in the conversation, and every signed-in agent can open it', async () => {
  const id = await fromCustomer('m1');
  const page = await clients[0]?.get(`/conversations/${conv}`);
  expect(JSON.stringify(page?.body)).toContain(`"files":[{"id":"${id}","name":"receipt.png"`);
  for (const cookie of cookies) {
    const response = await fetchFile(id, cookie);
    expect(Buffer.compare(Buffer.from(await response.arrayBuffer()), png(64, 48))).toBe(0);
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
  }
  expect((await fetchFile(id, '')).status).toBe(401);
});

test('an agent sends a file, which is nobody else’s until it is sent', async () => {
  await fromCustomer('m1');
  const [mine = '', others = ''] = cookies;
  const { id } = await upload(mine);
  expect((await fetchFile(id, others)).status).toBe(404);
  await clients[0]?.command(conv, { type: 'accept' });
  const said = await clients[0]?.command(conv, { type: 'say', cid: 'a1', text: '', files: [id] });
  expect(said).toMatchObject({
    status: 200,
    body: { events: [{ type: 'agent', text: '', files: [{ id, type: 'application/pdf' }] }] },
  });
  expect((await fetchFile(id, others)).status).toBe(200);
});

test('nobody says another’s file, a file twice, or nothing at all', async () => {
  const customers = await fromCustomer('m1');
  const { id: others } = await upload(cookies[1] ?? '');
  await clients[0]?.command(conv, { type: 'accept' });
  for (const id of [customers, others, 'f_none']) {
    const said = await clients[0]?.command(conv, {
      type: 'say',
      cid: 'a1',
      text: 'x',
      files: [id],
    });
    expect(said?.status).toBe(404);
  }
  expect((await clients[0]?.command(conv, { type: 'say', cid: 'a2', text: ' ' }))?.status).toBe(
    400,
  );
});

test('an upload from another page, or into no conversation, is refused', async () => {
  const [mine = ''] = cookies;
  expect((await upload(mine)).status).toBe(404);
  await fromCustomer('m1');
  expect((await upload(mine, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await upload(mine, {})).status).toBe(403);
  expect((await upload('')).status).toBe(401);
});
