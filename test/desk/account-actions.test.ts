import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConversationId } from '../../src/core/index.ts';
import { effectIdOf } from '../../src/turn/index.ts';
import { deskService, type DeskService } from '../support/desk-service.ts';

let service: DeskService;
type Person = Awaited<ReturnType<DeskService['agent']>>;
let ann: Person;
let sue: Person;
let sam: Person;

beforeAll(async () => {
  service = await deskService();
  ann = await service.agent('Ann');
  sue = await service.agent('Sue', 'supervisor');
  sam = await service.agent('Sam', 'supervisor', 'sofia');
}, 120_000);

afterAll(() => service.stop());

interface Body {
  readonly [name: string]: unknown;
  readonly record: {
    readonly state: string;
    readonly approvalFor: string[];
    readonly receipt: string | null;
  };
  readonly error: { readonly code: string; readonly message: string };
  readonly waiting: { readonly requestId: string; readonly agentName: string }[];
}
const body = (answer: { readonly body: object }) => answer.body as unknown as Body;

/** A conversation of this customer that `agent` has; verified, unless it is not to be. */
async function owned(
  agent: Person,
  customerId: string,
  isVerified = true,
): Promise<ConversationId> {
  const conv = await service.conversation(customerId);
  if (isVerified) await verify(conv);
  expect((await agent.command(conv, { type: 'accept' })).status).toBe(200);
  return conv;
}

async function verify(conv: ConversationId) {
  const verifiedUntilMs = Date.now() + 600_000;
  const passed = { result: 'passed', attemptsLeft: 3, verifiedUntilMs } as const;
  await service.log(conv, { type: 'identity.checked', challengeId: 'c1', ...passed });
}

type Asked = readonly [action: string, args: object];

async function act(agent: Person, conv: string, [action, args]: Asked, more = {}) {
  const preview = body(
    await agent.post(`/conversations/${conv}/actions/preview`, { action, args }),
  );
  const request = {
    requestId: `r-${action}`,
    action,
    args,
    confirm: preview['confirm'],
    reason: 'asked by phone',
  };
  return agent.post(`/conversations/${conv}/actions`, { ...request, ...more });
}

const recordOf = async (agent: Person, conv: string, requestId: string) => {
  const { records } = (await agent.get(`/conversations/${conv}/actions`)).body as unknown as {
    records: { requestId: string; state: string; receipt: string | null; refusal: string | null }[];
  };
  return records.find((record) => record.requestId === requestId);
};

/** The account as the wallet has it; a read's receipt differs each time. */
const accountOf = async (customerId: string) => {
  const answer = await service.core.wallet.getAccount({ customerId });
  return answer.kind === 'ok' ? answer.result : answer;
};

const paid = async (customerId: string) => {
  const listed = await service.core.wallet.listTransactions({
    customerId,
    refundable: true,
    limit: 20,
  });
  return listed.kind === 'ok' ? listed.result : [];
};

test('a freeze is done at once under the agent’s confirmation, and both the desk and the customer are told', async () => {
  const conv = await owned(ann, 'maria');
  const first = await act(ann, conv, ['freezeAccount', { reason: 'phone stolen' }]);
  expect(body(first).record.approvalFor).toEqual([]);
  await expect.poll(async () => (await recordOf(ann, conv, 'r-freezeAccount'))?.state).toBe('ok');
  expect((await recordOf(ann, conv, 'r-freezeAccount'))?.receipt).toBeTruthy();
  const account = await accountOf('maria');
  expect(account).toMatchObject({ status: 'frozen' });
  const events = await service.events(conv);
  const told = events.filter((event) => event.type === 'agent.said');
  expect(told).toMatchObject([{ agentName: 'Ann' }]);
  expect(events.find((event) => event.type === 'agent_action.requested')).toMatchObject({
    reason: 'asked by phone',
    agentName: 'Ann',
    customerId: 'maria',
  });
});

test('the same request sent five times at once is one request and one call of the wallet', async () => {
  const conv = await owned(ann, 'chen-jie');
  const args = { type: 'complaint', details: 'parcel was wet' };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => act(ann, conv, ['openTicket', args])),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  await expect.poll(async () => (await recordOf(ann, conv, 'r-openTicket'))?.state).toBe('ok');
  const events = await service.events(conv);
  for (const type of ['agent_action.requested', 'agent_action.ended', 'agent.said']) {
    expect([type, events.filter((event) => event.type === type).length]).toEqual([type, 1]);
  }
  const other = await act(ann, conv, ['openTicket', { ...args, details: 'another' }]);
  expect(other.status).toBe(409);
});

test('what is asked must be what was shown', async () => {
  const conv = await owned(ann, 'chen-jie');
  const wrong = await act(ann, conv, ['openTicket', { type: 'x', details: 'y' }], {
    confirm: 'made-up',
  });
  expect([wrong.status, body(wrong).error.code]).toEqual([409, 'conflict']);
  const odd = await ann.post(`/conversations/${conv}/actions/preview`, {
    action: 'sendCode',
    args: {},
  });
  expect(odd.status).toBe(400);
  const more = { action: 'freezeAccount', args: { reason: 'x', customerId: 'maria' } };
  expect((await ann.post(`/conversations/${conv}/actions/preview`, more)).status).toBe(400);
});

test('who has not got the conversation, and who it belongs to in person, take no action', async () => {
  const conv = await owned(ann, 'omar');
  const preview = { action: 'freezeAccount', args: { reason: 'x' } };
  const path = `/conversations/${conv}/actions/preview`;
  expect(body(await sue.post(path, preview)).error.code).toBe('not_owner');
  const own = await owned(sam, 'sofia');
  const refused = await sam.post(`/conversations/${own}/actions/preview`, preview);
  expect([refused.status, body(refused).error.code]).toEqual([403, 'forbidden']);
  expect((await sam.get(`/conversations/${own}/actions`)).body).toMatchObject({
    barred: 'own_account',
  });
  const nobody = await service.conversation();
  await ann.command(nobody, { type: 'accept' });
  expect((await ann.get(`/conversations/${nobody}/actions`)).body).toMatchObject({
    barred: 'anonymous',
  });
});

test('a change of contact waits for a second person, who is neither who asked nor the customer', async () => {
  const conv = await owned(ann, 'zhang-min');
  const args = { field: 'email', value: 'new@example.com' };
  const asked = await act(ann, conv, ['updateContact', args]);
  expect(body(asked).record).toMatchObject({
    state: 'awaits_approval',
    approvalFor: ['account_change'],
  });
  const path = `/conversations/${conv}/actions/r-updateContact/decision`;
  const yes = { approve: true, reason: 'seen the id card' };
  expect((await ann.post(path, yes)).status).toBe(403);
  await expect
    .poll(async () => body(await sue.get('/approvals')).waiting.map(({ requestId }) => requestId))
    .toContain('r-updateContact');
  const before = await accountOf('zhang-min');
  const decided = await sue.post(path, yes);
  expect(body(decided).record).toMatchObject({ decidedBy: 'Sue' });
  await expect.poll(async () => (await recordOf(ann, conv, 'r-updateContact'))?.state).toBe('ok');
  expect(await accountOf('zhang-min')).not.toEqual(before);
  expect(body(await sue.post(path, yes))).toMatchObject({ duplicate: true });
  const no = await sue.post(path, { ...yes, approve: false });
  expect(no.status).toBe(409);
  await expect
    .poll(async () => body(await sue.get('/approvals')).waiting.map(({ requestId }) => requestId))
    .not.toContain('r-updateContact');
});

test('what is declined never reaches the wallet', async () => {
  const conv = await owned(ann, 'new-user');
  await act(ann, conv, ['updateContact', { field: 'address', value: '1 Wrong Street, Nowhere' }]);
  const before = await accountOf('new-user');
  const path = `/conversations/${conv}/actions/r-updateContact/decision`;
  const answer = await sue.post(path, { approve: false, reason: 'not convinced' });
  expect(body(answer).record.state).toBe('declined');
  expect((await service.events(conv)).some(({ type }) => type === 'agent_action.ended')).toBe(
    false,
  );
  expect(await accountOf('new-user')).toEqual(before);
});

test('a customer who was not verified, and an amount above the limit, need a second person; many small ones count together', async () => {
  await service.core.workspace.change((draft) => {
    draft.limits.agentActionMax = [{ amount: '100.00', currency: 'CNY' }];
  });
  const [payment] = await paid('lin-wei');
  if (!payment) throw new Error('the sandbox has no refundable payment');
  const refund = (amount: string) => ({
    transactionId: payment.id,
    amount: { amount, currency: payment.amount.currency },
    reason: 'damaged',
  });
  const why = async (conv: string, amount: string) =>
    body(
      await ann.post(`/conversations/${conv}/actions/preview`, {
        action: 'requestRefund',
        args: refund(amount),
      }),
    )['approvalFor'];
  const conv = await owned(ann, 'lin-wei', false);
  expect(await why(conv, '10.00')).toEqual(['not_verified']);
  await verify(conv);
  expect(await why(conv, '10.00')).toEqual([]);
  expect(await why(conv, '100.00')).toEqual([]);
  expect(await why(conv, '100.01')).toEqual(['amount']);
  await service.log(conv, {
    type: 'agent_action.requested',
    effectId: 'earlier',
    requestId: 'earlier',
    action: 'requestRefund',
    args: {},
    confirmed: 'd',
    reason: 'r',
    agentId: ann.agentId,
    agentName: 'Ann',
    customerId: 'lin-wei',
    level: 'verified',
    amount: { minor: 9500n, currency: 'CNY' },
    approvalFor: [],
    expiresAtMs: null,
  });
  expect(await why(conv, '10.00')).toEqual(['amount']);
});

test('a request that nobody decided in time cannot be approved any more', async () => {
  const conv = await owned(ann, 'dana');
  await service.log(conv, {
    type: 'agent_action.requested',
    effectId: effectIdOf(conv, 'old'),
    requestId: 'old',
    action: 'updateContact',
    args: { field: 'email', value: 'x@example.com' },
    confirmed: 'd',
    reason: 'r',
    agentId: ann.agentId,
    agentName: 'Ann',
    customerId: 'dana',
    level: 'verified',
    amount: null,
    approvalFor: ['account_change'],
    expiresAtMs: Date.now() - 1,
  });
  expect((await recordOf(ann, conv, 'old'))?.state).toBe('expired');
  const late = await sue.post(`/conversations/${conv}/actions/old/decision`, {
    approve: true,
    reason: 'late',
  });
  expect([late.status, body(late).error.message]).toEqual([
    409,
    expect.stringContaining('expired'),
  ]);
});

test('nobody approves an action on their own account', async () => {
  const conv = await service.conversation('sofia');
  await service.log(conv, {
    type: 'agent_action.requested',
    effectId: effectIdOf(conv, 'hers'),
    requestId: 'hers',
    action: 'updateContact',
    args: { field: 'email', value: 'x@example.com' },
    confirmed: 'd',
    reason: 'r',
    agentId: ann.agentId,
    agentName: 'Ann',
    customerId: 'sofia',
    level: 'verified',
    amount: null,
    approvalFor: ['account_change'],
    expiresAtMs: Date.now() + 60_000,
  });
  const path = `/conversations/${conv}/actions/hers/decision`;
  expect((await sam.post(path, { approve: true, reason: 'mine' })).status).toBe(403);
  expect((await sue.post(path, { approve: false, reason: 'not sure' })).status).toBe(200);
});
