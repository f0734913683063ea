import type { ChoiceOption, Say, Understanding } from '../core/index.ts';
import type {
  BotSaid,
  ConversationEvent,
  ConversationState,
  LoggedEvent,
} from '../dialogue/index.ts';
import type { Story, StoryLine } from './story.ts';
import {
  append,
  createWorld,
  happen,
  passTime,
  reconcile,
  wordsOf,
  type StoryDeps,
  type StoryWorld,
} from './story-world.ts';
import { transcriptOf, type TranscriptLine } from './transcript.ts';

export interface StoryResult {
  /** Empty when everything went as written. */
  readonly failures: readonly StoryFailure[];
  /** What each party saw, for reading. */
  readonly transcript: readonly TranscriptLine[];
  readonly log: readonly LoggedEvent[];
  readonly state: ConversationState;
}

/** What went otherwise than written, noticed when the log was `pos` long. */
export interface StoryFailure {
  readonly line: number;
  readonly pos: number;
  readonly what: string;
  readonly expected?: string;
  readonly seen?: string;
}

interface Play {
  readonly story: Story;
  readonly world: StoryWorld;
  readonly failures: StoryFailure[];
  /** Position up to which the bot's words were looked at. */
  heardTo: number;
  cid: number;
}

/** Plays a story on the pure dialogue, with the given understanding and wallet. */
export async function runStory(story: Story, deps: StoryDeps): Promise<StoryResult> {
  const world = createWorld(deps, `story-${story.line}`, story);
  const play: Play = { story, world, failures: [], heardTo: 0, cid: 0 };
  await open(play);
  for (const line of story.lines) await playLine(play, line);
  expectSilence(play, story.lines.at(-1)?.at ?? story.line);
  for (const what of world.broken) fail(play, story.line, what);
  return {
    failures: play.failures,
    transcript: transcriptOf(world.log),
    log: world.log,
    state: world.state,
  };
}

async function open(play: Play): Promise<void> {
  const { story, world } = play;
  const { language, customer } = story;
  await happen(world, { type: 'conversation.started', channel: 'story', language, visitorId: 'v' });
  if (customer !== undefined) {
    await happen(world, { type: 'identity.bound', customerId: customer });
  }
  const [first] = story.lines;
  if (first && !('bot' in first)) play.heardTo = world.log.length;
}

async function playLine(play: Play, line: StoryLine): Promise<void> {
  if ('bot' in line) {
    expectBot(play, line);
    return;
  }
  if ('state' in line) {
    expectState(play, line);
    return;
  }
  expectSilence(play, line.at);
  play.heardTo = play.world.log.length;
  await act(play, line);
}

type Acting = Exclude<StoryLine, { bot: unknown } | { state: unknown }>;

async function act(play: Play, line: Acting): Promise<void> {
  const { world } = play;
  if ('customer' in line) await happen(world, message(play, line.customer), read(play, line));
  else if ('choose' in line) await choose(play, line);
  else if ('stale' in line) {
    const choice = { id: 'c-none', value: line.stale };
    await happen(world, { ...message(play, line.stale), choice });
  } else if ('form' in line) await submit(play, line);
  else if ('files' in line) await sendFiles(play, line);
  else if ('code' in line) await code(play, line);
  else if ('sign_in' in line) {
    await happen(world, { type: 'identity.bound', customerId: line.sign_in });
  } else if ('sign_out' in line) await happen(world, { type: 'identity.bound', customerId: null });
  else if ('agent' in line) await agent(world, line.agent);
  else if ('reconcile' in line) {
    if (!(await reconcile(world, line.reconcile))) {
      fail(play, line.at, `no answer of ${line.reconcile} was lost`);
    }
  } else await passTime(world, line.minutes);
}

function message(play: Play, text: string) {
  play.cid += 1;
  return { type: 'message.received', cid: `m${play.cid}`, text } as const;
}

function read(play: Play, line: Extract<StoryLine, { customer: string }>): Understanding {
  const { deps, state, nowMs } = play.world;
  const hint = { language: state.language, nowMs, timeZone: deps.timeZone };
  const understanding = deps.understand(line.customer, hint);
  if (line.unsure) {
    const intents = line.unsure.map((intent) => ({ intent, confidence: 0.9 / 3 }));
    return { ...understanding, intents, verdict: 'clarify' };
  }
  if (line.intent === undefined) return understanding;
  const verdict = line.intent === 'out_of_scope' ? 'refuse' : 'answer';
  return { ...understanding, intents: [{ intent: line.intent, confidence: 0.95 }], verdict };
}

async function sendFiles(
  play: Play,
  line: Extract<StoryLine, { files: readonly string[] }>,
): Promise<void> {
  const files = line.files.map((name, index) => {
    const id = `f_${play.cid}_${index}`;
    return { id, name, type: 'image/png', bytes: 48_000, width: 640, height: 480 } as const;
  });
  const event = { ...message(play, line.says ?? ''), files };
  const words = line.says === undefined ? undefined : read(play, { ...line, customer: line.says });
  await happen(play.world, event, words);
}

async function choose(play: Play, line: Extract<StoryLine, { choose: string }>): Promise<void> {
  const asked = lastSaid(play)?.blocks.findLast(({ type }) => type === 'file_request');
  if (asked?.type === 'file_request' && asked.skip !== undefined && line.choose === '_skip') {
    const choice = { id: asked.id, value: line.choose };
    await happen(play.world, { ...message(play, asked.skip), choice });
    return;
  }
  const block = lastSaid(play)?.blocks.findLast(({ type }) => type === 'choices');
  if (block?.type !== 'choices') {
    fail(play, line.at, 'there is nothing to choose from');
    return;
  }
  const option = optionFor(block.options, line.choose);
  if (!option) {
    const labels = block.options.map(({ value, label }) => `${value} (${label})`).join(', ');
    fail(play, line.at, `no single button "${line.choose}" among ${labels}`);
    return;
  }
  const choice = { id: block.id, value: option.value };
  await happen(play.world, { ...message(play, option.label), choice });
}

function optionFor(options: readonly ChoiceOption[], wanted: string): ChoiceOption | undefined {
  const exact = options.find(({ value, label }) => value === wanted || label === wanted);
  const parts = options.filter(({ label, detail }) => `${label} ${detail ?? ''}`.includes(wanted));
  return exact ?? (parts.length === 1 ? parts[0] : undefined);
}

function lastSaid({ world }: Play): BotSaid | undefined {
  const last = world.log.findLast(({ event }) => event.type === 'bot.said');
  return last?.event.type === 'bot.said' ? last.event : undefined;
}

async function submit(play: Play, line: Extract<StoryLine, { form: unknown }>): Promise<void> {
  const block = lastSaid(play)?.blocks.findLast(({ type }) => type === 'form');
  if (block?.type !== 'form' || !('form' in line) || typeof line.form !== 'object') {
    fail(play, line.at, 'there is no form to fill in');
    return;
  }
  const form = { id: block.id, fields: line.form };
  await happen(play.world, { ...message(play, ''), form });
}

const verifiedTtlMs = 10 * 60_000;

async function code(play: Play, line: Extract<StoryLine, { code: string }>): Promise<void> {
  const { challenge } = play.world.state;
  if (!challenge) {
    fail(play, line.at, 'no code is asked for');
    return;
  }
  const base = { type: 'identity.checked', challengeId: challenge.challengeId } as const;
  const results = {
    right: {
      result: 'passed',
      attemptsLeft: 0,
      verifiedUntilMs: play.world.nowMs + verifiedTtlMs,
    },
    wrong: { result: 'wrong', attemptsLeft: 2 },
    late: { result: 'expired', attemptsLeft: 0 },
    locked: { result: 'locked', attemptsLeft: 0 },
  } as const;
  await happen(play.world, { ...base, ...results[line.code] });
}

/** What an agent does is appended as the turn does it: accepting counts everything before as dealt with. */
async function agent(world: StoryWorld, does: string): Promise<void> {
  const who = { agentId: 'a1', agentName: 'Ana' };
  if (does === 'accept') append(world, { type: 'handoff.accepted', ...who });
  else if (does === 'says') append(world, { type: 'agent.said', cid: 'a', ...who, text: '…' });
  else {
    const to = does === 'return' ? 'bot' : 'closed';
    await happen(world, { type: 'handoff.released', to, by: 'a1' } satisfies ConversationEvent);
  }
}

function heard({ world, heardTo }: Play): readonly BotSaid[] {
  return world.log
    .slice(heardTo)
    .flatMap(({ event }) => (event.type === 'bot.said' ? [event] : []));
}

function expectBot(play: Play, line: Extract<StoryLine, { bot: unknown }>): void {
  const said = heard(play);
  const says = said.flatMap((one) => one.says);
  const keys = says.flatMap((say) => (say.type === 'text' ? [say.key] : []));
  const blocks = said.flatMap((one) => one.blocks);
  play.heardTo = play.world.log.length;
  const wanted = line.bot.filter((key) => key !== 'nothing');
  compare(play, line.at, 'the bot said', { got: keys.join(', '), wanted: wanted.join(', ') });
  const cards = says.flatMap((say) => (say.type === 'card' ? [say.kind] : []));
  if (line.card !== undefined)
    compare(play, line.at, 'the bot showed the card', { got: cards.join(', '), wanted: line.card });
  if (line.form !== undefined) {
    const forms = says.flatMap((say) => formKind(say));
    compare(play, line.at, 'the bot asked by form', { got: forms.join(', '), wanted: line.form });
  }
  if (line.choices) {
    const values = says.flatMap((say) => (say.type === 'choices' ? say.options : []));
    const list = values.map(({ value }) => value).join(', ');
    compare(play, line.at, 'the bot offered', { got: list, wanted: line.choices.join(', ') });
  }
  if (line.language !== undefined) {
    compare(play, line.at, 'the bot spoke', {
      got: said.at(-1)?.language ?? '',
      wanted: line.language,
    });
  }
  const words = wordsOf(blocks) + JSON.stringify(blocks.filter(({ type }) => type !== 'text'));
  for (const part of line.shows ?? []) {
    if (!words.includes(part))
      fail(play, line.at, 'the message shows', { expected: part, seen: words });
  }
}

function formKind(say: Say): readonly string[] {
  if (say.type === 'file_request') return ['files'];
  return say.type === 'form' ? [say.secret ? 'secret' : 'open'] : [];
}

function expectSilence(play: Play, at: number): void {
  const keys = heard(play).flatMap(({ says }) =>
    says.flatMap((say) => (say.type === 'text' ? [say.key] : [])),
  );
  if (keys.length > 0) {
    fail(play, at, 'before this line the bot also said', { expected: '', seen: keys.join(', ') });
  }
}

function expectState(play: Play, { state, at }: Extract<StoryLine, { state: unknown }>): void {
  const { stack, owner } = play.world.state;
  if (state.flow !== undefined) {
    compare(play, at, 'the conversation is in the flow', {
      got: stack.at(-1)?.flow ?? 'none',
      wanted: state.flow ?? 'none',
    });
  }
  if (state.owner !== undefined)
    compare(play, at, 'the conversation is with', { got: owner.by, wanted: state.owner });
  if (state.priority !== undefined) {
    compare(play, at, 'the conversation waits as', {
      got: owner.by === 'queue' ? owner.priority : 'none',
      wanted: state.priority,
    });
  }
  if (state.actions) {
    const { actions } = play.world.deps;
    const done = play.world.log.flatMap(({ event }) =>
      event.type === 'action.requested' && actions[event.action]?.read !== true
        ? [event.action]
        : [],
    );
    compare(play, at, 'the wallet was asked for', {
      got: done.join(', '),
      wanted: state.actions.join(', '),
    });
  }
}

interface Compared {
  readonly got: string;
  readonly wanted: string;
}

function compare(play: Play, at: number, what: string, { got, wanted }: Compared): void {
  if (got !== wanted) fail(play, at, what, { expected: wanted, seen: got });
}

function fail(
  { failures, world }: Play,
  line: number,
  what: string,
  difference: Pick<StoryFailure, 'expected' | 'seen'> = {},
): void {
  failures.push({ line, pos: world.log.length, what, ...difference });
}
