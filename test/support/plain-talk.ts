import type { Block, Phrasebook, Say, Understanding, Value, Values } from '../../src/core/index.ts';
import type { StoryAction, StoryAnswer, StoryDeps } from '../../src/content/index.ts';
import { createWorld, happen, type StoryWorld } from '../../src/content/story-world.ts';
import type { Content, Flow } from '../../src/dialogue/index.ts';
import { specs } from './flows.ts';
import { sha256 } from './story-deps.ts';

const lists: { readonly [key: string]: string } = {
  'words.yes': 'yes',
  'words.no': 'no',
  'words.cancel': 'cancel',
  'words.back': 'back',
  'words.skip': 'skip',
  'words.none': 'none',
  'words.resend': 'resend',
  'words.person': 'agent',
  'words.currencies':
    'USD dollars|USD 美元|TRY turkish lira|EUR euros|AUD australian dollars|CNY 人民币|CNY 元|JPY 日元',
};

/** Says keys instead of words, with the wording's number, so that tests read what was meant. */
export const keysOnly: Phrasebook = {
  languages: ['en', 'zh-CN'],
  text: (_language, key, params) => lists[key] ?? `${key}#${turnOf(params)}`,
  label: (_language, option) => ('key' in option ? option.key : option.value),
  render: (_language, says) => says.map(block),
  inZone: () => keysOnly,
};

function turnOf(params: Values | undefined): number {
  const turn = params?.['turn'];
  return typeof turn === 'number' ? turn : 0;
}

function block(say: Say): Block {
  switch (say.type) {
    case 'text':
      return { type: 'text', text: `${say.key}#${turnOf(say.params)}` };
    case 'choices':
      return {
        type: 'choices',
        id: say.id,
        options: say.options.map(({ value }) => ({ value, label: value })),
      };
    case 'card':
      return { type: 'card', kind: say.kind, title: say.kind, rows: [] };
    case 'form':
      return {
        type: 'form',
        id: say.id,
        secret: say.secret,
        submit: 'ok',
        fields: say.fields.map(({ name, kind }) => ({ name, kind, label: name, required: true })),
      };
    case 'steps':
      return { type: 'steps', items: [say.key] };
    case 'quote':
      return { type: 'quote', title: 'quote', rows: [], total: { label: '', value: '' } };
    case 'file_request':
      return { type: 'file_request', id: say.id, hint: '', filesMax: say.filesMax, types: [] };
  }
}

export function contentOf(...flows: readonly Flow[]): Content {
  return {
    flows: Object.fromEntries(flows.map((flow) => [flow.id, flow])),
    versions: Object.fromEntries(flows.map((flow) => [`${flow.id}@${flow.version}`, flow])),
  };
}

export const startMs = 1_800_000_000_000;

/** A conversation over these flows, with a wallet that answers as told. */
export function talkOver(
  content: Content,
  respond: (request: StoryAction) => StoryAnswer = ok({}),
): StoryWorld {
  const deps: StoryDeps = {
    content,
    phrasebook: keysOnly,
    actions: specs,
    workspace: {},
    understand: (text) => heard(text),
    respond: (request) => Promise.resolve(respond(request)),
    digest: sha256,
    startMs,
    timeZone: 'UTC',
  };
  return createWorld(deps, 'conv', { staffed: true, lost: [] });
}

export function ok(result: Value): () => StoryAnswer {
  return () => ({ kind: 'ok', result, receipt: 'r' });
}

export function heard(text: string, more: Partial<Understanding> = {}): Understanding {
  return {
    text,
    language: 'en',
    languageConfidence: 0.5,
    intents: [],
    verdict: 'refuse',
    entities: [],
    ...more,
  };
}

export function wants(...intents: readonly string[]): Partial<Understanding> {
  const ranked = intents.map((intent, index) => ({ intent, confidence: 0.5 - index / 10 }));
  return { verdict: 'answer', intents: ranked };
}

/** Says something and gives the keys of what the bot answers. */
export async function tell(
  world: StoryWorld,
  text: string,
  more: Partial<Understanding> = {},
): Promise<readonly string[]> {
  const from = world.log.length;
  await happen(world, { type: 'message.received', cid: 'm', text }, heard(text, more));
  return keysFrom(world, from);
}

/** Presses a button of the latest choices. */
export async function press(world: StoryWorld, value: string): Promise<readonly string[]> {
  const from = world.log.length;
  const { pending } = world.state;
  const id = pending && 'choiceId' in pending ? (pending.choiceId ?? '') : '';
  await happen(world, { type: 'message.received', cid: 'm', text: '', choice: { id, value } });
  return keysFrom(world, from);
}

export function keysFrom(world: StoryWorld, from: number): readonly string[] {
  return world.log
    .slice(from)
    .flatMap(({ event }) => (event.type === 'bot.said' ? event.says : []))
    .flatMap((say) => (say.type === 'text' ? [say.key] : []));
}

export function requested(world: StoryWorld): readonly string[] {
  return world.log.flatMap(({ event }) =>
    event.type === 'action.requested' ? [event.action] : [],
  );
}

/** Signed in, and with a code checked a moment ago. */
export async function verify(world: StoryWorld): Promise<void> {
  await happen(world, { type: 'identity.bound', customerId: 'anna' });
  await happen(world, {
    type: 'identity.checked',
    challengeId: 'k',
    result: 'passed',
    attemptsLeft: 0,
    verifiedUntilMs: world.nowMs + 600_000,
  });
}
