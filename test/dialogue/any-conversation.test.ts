import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  canonical,
  encode,
  type Entity,
  type Understanding,
  type Values,
} from '../../src/core/index.ts';
import type { StoryDeps } from '../../src/content/index.ts';
import {
  append,
  createWorld,
  happen,
  passTime,
  reconcile,
  type StoryWorld,
} from '../../src/content/story-world.ts';
import { evolve, initialState, type ConversationEvent } from '../../src/dialogue/index.ts';
import { actionSpecs } from '../../src/actions/index.ts';
import { sha256, shipped, storyStartMs } from '../support/story-deps.ts';

const from = await shipped();
const cny = (minor: bigint) => ({ minor, currency: 'CNY' });
const transaction = (id: string, state: string, refundable: boolean): Values => ({
  id,
  kind: 'payment',
  state,
  amount: cny(12_800n),
  fee: cny(0n),
  counterparty: `Shop ${id}`,
  method: 'card',
  atMs: storyStartMs,
  refundable,
});
const ticket: Values = {
  id: 'T-20261123-0001',
  type: 'callback',
  state: 'open',
  openedAtMs: storyStartMs,
  timeline: [],
};
const results: { readonly [action: string]: Values | readonly Values[] } = {
  listTransactions: ['completed', 'failed', 'pending'].map((state, index) =>
    transaction(`P20261101-000${index}`, state, index === 0),
  ),
  getTransaction: transaction('P20261101-0000', 'completed', true),
  requestRefund: {
    id: 'R20261123-0001',
    transactionId: 'P20261101-0000',
    state: 'reviewing',
    amount: cny(12_800n),
    reason: 'other',
    requestedAtMs: storyStartMs,
    expectedByMs: storyStartMs,
  },
  listWithdrawals: [withdrawal('W20261101-0000', true), withdrawal('W20261101-0001', false)],
  getWithdrawal: withdrawal('W20261101-0000', true),
  freezeAccount: { customerId: 'x', name: 'X', status: 'frozen' },
  openTicket: ticket,
  reportFraud: ticket,
  sendPasswordReset: { channel: 'email' },
};

function withdrawal(id: string, overdue: boolean): Values {
  return {
    id,
    state: 'processing',
    amount: cny(5000n),
    bank: 'Bank',
    accountTail: '0195',
    requestedAtMs: storyStartMs,
    expectedByMs: storyStartMs,
    overdue,
  };
}

const texts = [
  'yes',
  'no',
  'no, 50',
  'cancel',
  '取消',
  'go back',
  '上一步',
  'none of these',
  'skip',
  'send it again',
  'the other one',
  'no, the first one',
  'what did you say?',
  '什么意思',
  "I don't want a refund",
  'الثاني',
  'the one for 50',
  'agent',
  '人工',
  '1',
  '2',
  '99',
  '••••••',
  'Shop P20261101-0000',
  'anna@example.com',
  '__proto__',
  '$transaction.amount',
  '{{workspace.brand}}',
  '',
];
const intents = [...Object.keys(from.content.flows), 'affirm', 'deny', 'out_of_scope', 'no_such'];
const entities: readonly Entity[] = [
  { type: 'transaction_id', start: 0, end: 1, text: 'P', value: 'P20261101-0000' },
  { type: 'withdrawal_id', start: 0, end: 1, text: 'W', value: 'W20261101-0000' },
  { type: 'amount', start: 0, end: 1, text: '5', value: { minor: 5000n, currency: '' } },
  { type: 'amount', start: 0, end: 1, text: '5', value: { minor: -5n, currency: 'EUR' } },
  { type: 'number', start: 0, end: 1, text: '5', value: 50 },
  { type: 'email', start: 0, end: 1, text: 'a', value: 'anna@example.com' },
  { type: 'phone', start: 0, end: 1, text: '1', value: '+8613800005678' },
];

const understanding = fc.record({
  language: fc.constantFrom('en', 'zh-CN', 'es', 'ar', 'xx'),
  languageConfidence: fc.constantFrom(0.2, 0.99),
  intents: fc.array(
    fc.record({
      intent: fc.constantFrom(...intents),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 4 },
  ),
  verdict: fc.constantFrom('answer', 'answer', 'clarify', 'refuse'),
  entities: fc.subarray([...entities]),
});

const words = fc.record({
  does: fc.constant('words' as const),
  text: fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 40 })),
  understanding,
});
const deed = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      does: fc.constant('comply' as const),
      intent: fc.constantFrom('refund_request', 'report_fraud', 'withdrawal_delayed'),
    }),
  },
  { weight: 5, arbitrary: words },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('press' as const), nth: fc.nat(11) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('stale' as const),
      value: fc.constantFrom('yes', 'resend', 'refund_request', '_none', 'constructor'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('form' as const), text: fc.string() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('code' as const),
      result: fc.constantFrom('passed', 'passed', 'wrong', 'expired', 'locked', 'not_sent'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('bind' as const),
      customerId: fc.constantFrom('anna', 'anna', 'ben', null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('agent' as const),
      command: fc.constantFrom('accept', 'says', 'bot', 'closed', 'queue'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('wait' as const), minutes: fc.nat(80) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('reconcile' as const),
      action: fc.constantFrom(...Object.keys(results)),
    }),
  },
);
type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

const answers = fc.infiniteStream(fc.constantFrom('ok', 'ok', 'ok', 'ok', 'refused', 'unknown'));

function depsWith(next: () => string): StoryDeps {
  return {
    content: from.content,
    phrasebook: from.phrasebook,
    actions: actionSpecs,
    workspace: from.workspace,
    understand: () => {
      throw new Error('the property brings its own understanding');
    },
    respond: ({ action }) => {
      const kind = next();
      const refusals = actionSpecs[action]?.refusals ?? [];
      if (kind === 'unknown') return Promise.resolve({ kind });
      if (kind === 'refused') {
        return Promise.resolve({ kind, reason: refusals.at(-1) ?? 'unavailable' });
      }
      return Promise.resolve({ kind: 'ok', result: results[action] ?? null, receipt: 'r' });
    },
    digest: sha256,
    startMs: storyStartMs,
    timeZone: 'Asia/Shanghai',
  };
}

/** What a customer who wants the thing done would do now. */
function comply({ state }: StoryWorld, intent: string): Deed {
  switch (state.pending?.kind) {
    case 'code':
      return { does: 'code', result: 'passed' };
    case 'sign_in':
      return { does: 'bind', customerId: 'anna' };
    case 'confirm':
    case 'choose':
    case 'clarify':
      return { does: 'press', nth: 0 };
    default: {
      const intents = [{ intent, confidence: 0.9 }];
      const read = {
        language: 'en' as const,
        languageConfidence: 0.99 as const,
        intents,
        entities: [...entities],
      };
      return { does: 'words', text: 'do it', understanding: { ...read, verdict: 'answer' } };
    }
  }
}

function eventOf(world: StoryWorld, one: Deed): ConversationEvent | undefined {
  const message = { type: 'message.received', cid: 'm', text: '' } as const;
  switch (one.does) {
    case 'words':
      return { ...message, text: one.text };
    case 'press': {
      const { pending } = world.state;
      const said = world.log.findLast(({ event }) => event.type === 'bot.said')?.event;
      const blocks = said?.type === 'bot.said' ? said.blocks : [];
      const block = blocks.findLast(({ type }) => type === 'choices');
      if (block?.type !== 'choices' || !pending) return undefined;
      const option = block.options[one.nth % block.options.length];
      return option && { ...message, choice: { id: block.id, value: option.value } };
    }
    case 'stale':
      return { ...message, choice: { id: 'c0', value: one.value } };
    case 'form': {
      const { pending } = world.state;
      const id = pending && 'formId' in pending ? pending.formId : undefined;
      return { ...message, form: { id: id ?? 'f0', fields: { contact: one.text } } };
    }
    case 'code':
      return {
        type: 'identity.checked',
        challengeId: world.state.challenge?.challengeId ?? 'none',
        result: one.result as 'passed',
        attemptsLeft: 1,
        ...(one.result === 'passed' && { verifiedUntilMs: world.nowMs + 600_000 }),
      };
    case 'bind':
      return { type: 'identity.bound', customerId: one.customerId };
    default:
      return undefined;
  }
}

async function doOne(world: StoryWorld, drawn: Deed): Promise<void> {
  const one = drawn.does === 'comply' ? comply(world, drawn.intent) : drawn;
  const event = eventOf(world, one);
  if (event) {
    const read =
      one.does === 'words'
        ? ({ ...one.understanding, text: one.text } as Understanding)
        : undefined;
    await happen(world, event, read);
  } else if (one.does === 'wait') await passTime(world, one.minutes);
  else if (one.does === 'reconcile') await reconcile(world, one.action);
  else if (one.does === 'agent') await command(world, one.command);
}

async function command(world: StoryWorld, does: string): Promise<void> {
  const who = { agentId: 'a1', agentName: 'Ana' };
  const isOwner = world.state.owner.by === 'agent';
  if (does === 'accept' && !isOwner) append(world, { type: 'handoff.accepted', ...who });
  if (!isOwner) return;
  if (does === 'says') append(world, { type: 'agent.said', cid: 'x', ...who, text: 'hi' });
  if (does === 'bot' || does === 'closed' || does === 'queue') {
    await happen(world, { type: 'handoff.released', to: does, by: 'a1' });
  }
}

/** Each guarded action's consent is the digest of its very arguments, was said yes to, and is used once. */
function unconsented({ log }: StoryWorld): readonly string[] {
  const given = new Set<string>();
  const wrong: string[] = [];
  for (const { event } of log) {
    if (event.type === 'consent.answered') {
      if (event.answer === 'yes') given.add(event.digest);
      else given.delete(event.digest);
    }
    if (event.type !== 'action.requested' || actionSpecs[event.action]?.consent !== true) continue;
    const digest = sha256(canonical({ action: event.action, args: event.args }));
    if (event.consent !== digest || !given.delete(digest)) wrong.push(event.effectId);
  }
  return wrong;
}

test(
  'whatever happens, in any order: no fault, no loop, no word over an agent, no account action without its consent',
  { timeout: 120_000 },
  async () => {
    let consented = 0;
    let agents = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { minLength: 1, maxLength: 60, size: 'max' }),
        answers,
        fc.boolean(),
        async (deeds, kinds, staffed) => {
          const next = () => String(kinds.next().value);
          const world = createWorld(depsWith(next), 'any', { staffed, lost: [] });
          await happen(world, {
            type: 'conversation.started',
            channel: 'web',
            language: 'en',
            visitorId: 'v',
          });
          for (const one of deeds) await doOne(world, one);
          expect(world.broken).toEqual([]);
          expect(unconsented(world)).toEqual([]);
          expect(world.log.reduce(evolve, initialState)).toEqual(world.state);
          const effects = world.log.flatMap(({ event }) =>
            event.type === 'action.requested' ? [event.effectId] : [],
          );
          expect(new Set(effects).size).toBe(effects.length);
          expect(world.state.stack.length).toBeLessThanOrEqual(5);
          expect(encode(world.state).length).toBeLessThan(40_000);
          consented += world.log.filter(
            ({ event }) => event.type === 'action.requested' && event.consent !== undefined,
          ).length;
          agents += world.log.filter(({ event }) => event.type === 'handoff.accepted').length;
        },
      ),
      { numRuns: 1000 },
    );
    // The property looked at what it is about.
    expect(consented).toBeGreaterThan(50);
    expect(agents).toBeGreaterThan(50);
  },
);
