import { afterEach, expect, test } from 'vitest';
import { deskWorld, testAgent } from '../support/desk-world.ts';

const ann = testAgent('Ann');
const bo = testAgent('Bo');

let world: Awaited<ReturnType<typeof deskWorld>>;
afterEach(() => world.close());

async function open(...agents: (typeof ann)[]) {
  world = await deskWorld(agents);
  const clients = agents.map(() => world.client());
  await Promise.all(clients.map((client, index) => client.signIn(agents[index] ?? ann)));
  return clients;
}

function queue(conv: string, priority: 'security' | 'money' | 'normal' = 'money', atMs = 1000) {
  world.log.add(
    conv,
    [
      { type: 'conversation.started', channel: 'web', language: 'en', visitorId: 'v1' },
      { type: 'message.received', cid: 'm1', text: 'Where is my refund?' },
      { type: 'turn.taken', upTo: 2 },
      { type: 'handoff.requested', reason: 'refund_request', priority, queue: 'q', by: 'customer' },
    ],
    atMs,
  );
}

test('away from loopback the cookie goes over TLS only', async () => {
  world = await deskWorld([ann]);
  const { sessionToken, setSessionCookie } = await import('../../src/desk/session.ts');
  const set: unknown[] = [];
  const response = {
    req: { headers: { host: 'desk.example' } },
    cookie: (...args: unknown[]) => set.push(args),
  };
  setSessionCookie(response as never, 'tok', 5);
  expect(set).toEqual([
    ['__Host-kefu_desk', 'tok', expect.objectContaining({ secure: true, httpOnly: true })],
  ]);
  const request = (host: string, cookie: string) => ({ headers: { host, cookie } }) as never;
  expect(sessionToken(request('desk.example', 'a=b; __Host-kefu_desk=tok'))).toBe('tok');
  expect(sessionToken(request('desk.example', 'kefu_desk=planted'))).toBeUndefined();
});

test('signing out ends the session', async () => {
  const [client] = await open(ann);
  expect((await client?.post('/sign-out', {}))?.status).toBe(200);
  expect((await client?.get('/me'))?.status).toBe(401);
});

test('a command from another page or by a form is refused', async () => {
  const [client] = await open(ann);
  queue('c1');
  const path = '/conversations/c1/commands';
  const body = { type: 'accept' };
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
    const answer = await client?.call('POST', path, body, { origin });
    expect([answer?.status, answer?.body]).toEqual([
      403,
      { error: { code: 'origin_not_allowed', message: expect.any(String) as string } },
    ]);
  }
  const form = await client?.call('POST', path, '{"type":"accept"}', {
    'content-type': 'text/plain',
  });
  expect(form?.body).toMatchObject({ error: { code: 'bad_request' } });
  expect((await client?.get('/conversations/c1'))?.body).toMatchObject({ owner: 'queue' });
});

test('everything but signing in needs a session', async () => {
  world = await deskWorld([ann]);
  queue('c1');
  const client = world.client();
  const answers = await Promise.all([
    client.get('/me'),
    client.get('/counts'),
    client.get('/conversations?list=queue'),
    client.get('/conversations/c1'),
    client.command('c1', { type: 'note', cid: 'n1', text: 'x' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
});

test('the queue comes most urgent first, page by page, with counts', async () => {
  const [client] = await open(ann);
  queue('n1', 'normal', 1);
  queue('s1', 'security', 9);
  queue('m1', 'money', 5);
  const first = await client?.get('/conversations?list=queue&limit=2');
  expect(first?.body).toMatchObject({
    rows: [
      { conv: 's1', priority: 'security', reason: 'refund_request', owner: 'queue' },
      { conv: 'm1' },
    ],
    next: 'm1',
  });
  const second = await client?.get('/conversations?list=queue&limit=2&after=m1');
  expect(second?.body).toMatchObject({ rows: [{ conv: 'n1' }], next: null });
  expect((await client?.get('/counts'))?.body).toEqual({
    queue: 3,
    mine: 0,
    team: 0,
    bot: 0,
    snoozed: 0,
  });
});

test('of fifty who accept at once one has it and the others are told who', async () => {
  const agents = Array.from({ length: 50 }, (_, index) => testAgent(`Agent${index}`));
  world = await deskWorld(agents);
  queue('c1');
  const clients = agents.map(() => world.client());
  // One address may sign in thirty times a minute: the rest come in by sessions made beforehand.
  const sessions = await Promise.all(
    agents.map((agent) => world.accounts.signIn(agent.email, 'correct horse battery staple')),
  );
  const answers = await Promise.all(
    clients.map((client, index) =>
      client.call(
        'POST',
        '/conversations/c1/commands',
        { type: 'accept' },
        {
          cookie: `kefu_desk=${sessions[index]?.token ?? ''}`,
        },
      ),
    ),
  );
  const winner = answers.findIndex(({ status }) => status === 200);
  const lost = answers.filter(({ status }) => status === 409);
  expect(lost.length).toBe(49);
  for (const { body } of lost) {
    expect(body).toMatchObject({ error: { code: 'already_taken', by: `Agent${winner}` } });
  }
});

test('only the one who has it can answer, and a reply sent twice is one reply', async () => {
  const [annsDesk, bosDesk] = await open(ann, bo);
  queue('c1');
  await annsDesk?.command('c1', { type: 'accept' });
  const say = { type: 'say', cid: 'r1', text: 'Looking at it now.' };
  expect((await bosDesk?.command('c1', say))?.body).toMatchObject({
    error: { code: 'not_owner', by: 'Ann' },
  });
  expect((await annsDesk?.command('c1', say))?.body).toMatchObject({ duplicate: false });
  expect((await annsDesk?.command('c1', say))?.body).toMatchObject({ duplicate: true });
  const page = await annsDesk?.get('/conversations/c1');
  expect(page?.body).toMatchObject({
    owner: 'agent',
    agentName: 'Ann',
    version: 6,
    from: 1,
    events: [
      { type: 'status', what: 'started' },
      { type: 'customer', text: 'Where is my refund?' },
      { type: 'status', what: 'handoff.requested', values: { reason: 'refund_request' } },
      { type: 'status', what: 'handoff.accepted', values: { agent: 'Ann' } },
      { type: 'agent', text: 'Looking at it now.', agentName: 'Ann' },
    ],
  });
});

test('a long transcript is read backwards page by page without a gap or a repeat', async () => {
  const [client] = await open(ann);
  queue('c1');
  for (let count = 1; count <= 1000; count += 1) {
    world.log.add('c1', [{ type: 'message.received', cid: `x${count}`, text: `line ${count}` }]);
  }
  const texts: string[] = [];
  let query = '';
  for (;;) {
    const page = (await client?.get(`/conversations/c1${query}`))?.body as unknown as {
      from: number;
      events: { type: string; text?: string }[];
    };
    texts.unshift(...page.events.flatMap(({ text }) => (text?.startsWith('line') ? [text] : [])));
    if (page.from === 1) break;
    query = `?before=${page.from}`;
  }
  expect(texts).toEqual(Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`));
});

test('bad input gets a named error and never a stack', async () => {
  const [client] = await open(ann);
  queue('c1');
  const asked: readonly [string, string, unknown, number, string][] = [
    ['POST', '/conversations/c1/commands', '{', 400, 'bad_request'],
    ['POST', '/conversations/c1/commands', { type: 'explode' }, 400, 'bad_request'],
    [
      'POST',
      '/conversations/c1/commands',
      { type: 'say', cid: '!', text: 'x' },
      400,
      'bad_request',
    ],
    [
      'POST',
      '/conversations/c1/commands',
      { type: 'say', cid: 'a', text: '  ' },
      400,
      'bad_request',
    ],
    ['POST', '/conversations/c1/commands', 'x'.repeat(70_000), 413, 'too_large'],
    ['POST', '/conversations/none/commands', { type: 'accept' }, 404, 'not_found'],
    ['GET', '/conversations?list=all', undefined, 400, 'bad_request'],
    ['GET', '/conversations?list=queue&limit=9999', undefined, 400, 'bad_request'],
    ['GET', '/conversations/none', undefined, 404, 'not_found'],
    ['GET', '/conversations/%00', undefined, 404, 'not_found'],
    ['GET', '/conversations/%E0%A4%A', undefined, 400, 'bad_request'],
    ['GET', '/nothing', undefined, 404, 'not_found'],
  ];
  for (const [method, path, body, status, code] of asked) {
    const answer = await client?.call(method, path, body);
    expect([path, answer?.status, answer?.body]).toEqual([
      path,
      status,
      { error: { code, message: expect.any(String) as string } },
    ]);
    expect(JSON.stringify(answer?.body)).not.toMatch(/at \w+.*:\d+/);
  }
});
