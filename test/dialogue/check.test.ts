import { expect, test } from 'vitest';
import {
  checkContent,
  parseFlow,
  systemTexts,
  wordLists,
  type TextSource,
} from '../../src/dialogue/index.ts';
import { flowFrom, specs } from '../support/flows.ts';

const good = `urgency: money
slots:
  amount: { type: amount }
  receipt: { type: record }
steps:
  - ask: amount
  - verify: verified
  - confirm: pay
    shows: { amount: $amount }
  - id: pay
    act: payOut
    args: { amount: $amount }
    save: receipt
    on: { too_much: much }
  - say: done
    card: { kind: refund, of: $receipt }
    next: end
  - id: much
    say: much
`;

const own = ['ask_amount', 'confirm', 'done', 'much'].map((key) => `pay.${key}`);
const shared = ['topics.pay', 'labels.amount', 'refusals.not_allowed', 'refusals.not_found'];

type Edits = { readonly [key: string]: readonly string[] | null };

/** Every text that the good flow and the interpreter need, with edits: other placeholders, or not there. */
function texts(language: string, edits: Edits = {}): ReadonlyMap<string, TextSource> {
  const families = ['en', 'zh-CN'].flatMap((tag) => [`languages.${tag}`, `language_names.${tag}`]);
  const plain = [...own, ...shared, ...Object.keys(wordLists), ...families].map(
    (key): [string, readonly string[]] => [key, []],
  );
  const system = Object.entries(systemTexts).map(([key, params]): [string, readonly string[]] => [
    key,
    Object.keys(params),
  ]);
  const all = new Map<string, TextSource>();
  let line = 1;
  for (const [key, placeholders] of [...plain, ...system]) {
    const edit = key in edits ? edits[key] : placeholders;
    line += 1;
    if (edit === null || edit === undefined) continue;
    all.set(key, { file: `${language}.json`, line, placeholders: new Set(edit) });
  }
  return all;
}

function check(source: string, en: Edits = {}, zh: Edits = {}): readonly string[] {
  const flow = flowFrom('pay', source);
  const faults = checkContent({
    flows: [{ flow, file: 'pay.yaml' }],
    texts: { en: texts('en', en), 'zh-CN': texts('zh', zh) },
    actions: specs,
  });
  return faults.map(({ file, line, what, mend }) => {
    expect(mend).not.toBe('');
    return `${file}:${line} ${what}`;
  });
}

test('a flow that is right has no faults', () => {
  expect(check(good)).toEqual([]);
});

test.for([
  {
    it: 'leads to a step that is not there',
    from: 'too_much: much',
    to: 'too_much: nowhere',
    fault: 'pay.yaml:10 there is no step "nowhere"',
  },
  {
    it: 'has a step that nothing leads to',
    from: 'on: { too_much: much }',
    to: 'on: {}',
    fault: 'pay.yaml:18 no path leads to the step "much"',
  },
  {
    it: 'has a path without an end',
    from: '    say: much\n',
    to: '    say: much\n    next: pay\n',
    fault: 'pay.yaml:18 this path has no end: it goes round in a circle, pay → much → pay',
  },
  {
    it: 'gives a step a reserved name',
    from: 'id: much',
    to: 'id: agent',
    fault: 'pay.yaml:18 "agent" is a reserved target',
  },
  {
    it: 'asks for a slot that is not declared',
    from: 'ask: amount',
    to: 'ask: sum',
    fault: 'pay.yaml:6 there is no slot "sum"',
  },
  {
    it: 'shows a slot that is not declared',
    from: 'amount: $amount }\n  - id',
    to: 'amount: $sum }\n  - id',
    fault: 'pay.yaml:8 there is no slot "sum"',
  },
  {
    it: 'uses a slot before anything can have filled it',
    from: 'amount: $amount }\n  - id',
    to: 'amount: $receipt.amount }\n  - id',
    fault: 'pay.yaml:8 "$receipt" is used before anything can have filled it',
  },
  {
    it: 'calls an account action that there is not',
    from: 'act: payOut',
    to: 'act: payAll',
    fault: 'pay.yaml:10 there is no account action "payAll"',
  },
  {
    it: 'gives an argument that the action has not',
    from: 'args: { amount: $amount }',
    to: 'args: { amount: $amount, tip: 1 }',
    fault: 'pay.yaml:10 "payOut" has no argument "tip"',
  },
  {
    it: 'leaves out an argument that the action needs',
    from: 'args: { amount: $amount }',
    to: 'args: { note: x }',
    fault: 'pay.yaml:10 "payOut" needs the argument "amount"',
  },
  {
    it: 'has a path on which a needed argument is not filled',
    from: '  - ask: amount\n',
    to: '  - ask: amount\n    failed: s2\n',
    fault: 'pay.yaml:11 "payOut" needs "amount", and on some path "$amount" is not filled',
  },
  {
    it: 'handles a refusal that the action never gives',
    from: 'too_much: much',
    to: 'not_funny: much',
    fault: 'pay.yaml:10 "payOut" is never refused with "not_funny"',
  },
  {
    it: 'acts without the level on some path',
    from: '  - verify: verified\n',
    to: '  - verify: verified\n    failed: s3\n',
    fault: 'pay.yaml:11 "payOut" needs the level verified, and a path leads here without it',
  },
  {
    it: 'acts with a lower level',
    from: 'verify: verified',
    to: 'verify: identified',
    fault: 'pay.yaml:10 "payOut" needs the level verified, and a path leads here without it',
  },
  {
    it: 'acts without a consent',
    from: '  - confirm: pay\n    shows: { amount: $amount }\n',
    to: '',
    fault: 'pay.yaml:8 "payOut" needs a consent, and a path leads here without one',
  },
  {
    it: 'goes past the consent on some path',
    from: '    shows: { amount: $amount }\n',
    to: '    shows: { amount: $amount }\n    no: pay\n',
    fault: 'pay.yaml:11 "payOut" needs a consent, and a path leads here without one',
  },
  {
    it: 'confirms what is no action',
    from: 'confirm: pay',
    to: 'confirm: much',
    fault: 'pay.yaml:8 "much" is no act step of this flow',
  },
  {
    it: 'calls a flow that there is not',
    from: '    say: much\n',
    to: '    call: nowhere\n',
    fault: 'pay.yaml:18 there is no flow "nowhere"',
  },
  {
    it: 'calls itself without end',
    from: '    say: much\n',
    to: '    call: pay\n',
    fault: 'pay.yaml:18 calling "pay" here leads back to this flow without end',
  },
  {
    it: 'chooses from a slot that is no list',
    from: '    say: much\n',
    to: '    choose: receipt\n    from: amount\n    key: done\n    again: done\n',
    fault: 'pay.yaml:18 the slot "amount" is no list',
  },
  {
    it: 'lets choose from nothing',
    from: '    say: much\n',
    to: '    choose: receipt\n    key: done\n    again: done\n',
    fault: 'pay.yaml:18 "receipt" has no options to choose from',
  },
])('a flow that $it is refused with file and line', ({ from, to, fault }) => {
  expect(good).toContain(from);
  expect(check(good.replace(from, to))).toContain(fault);
});

test.for([
  {
    it: 'is missing in one language',
    en: {},
    zh: { 'pay.done': null },
    fault: /the text "pay.done" is missing in zh-CN/,
  },
  {
    it: 'of the interpreter is missing everywhere',
    en: { 'consent.yes': null },
    zh: { 'consent.yes': null },
    fault: /the text "consent.yes" is missing in en/,
  },
  {
    it: 'has other placeholders in another language',
    en: { 'pay.done': ['amount'] },
    zh: { 'pay.done': [] },
    fault: /^zh.json:\d+ "pay.done" has the placeholders none, in en amount$/,
  },
  {
    it: 'names a slot that is not filled when it is said',
    en: { 'pay.confirm': ['receipt.id'] },
    zh: { 'pay.confirm': ['receipt.id'] },
    fault: /^en.json:\d+ "pay.confirm" uses {{receipt.id}}, which is not there when pay.yaml:8/,
  },
  {
    it: 'of the interpreter names what it is not given',
    en: { 'code.wrong': ['count', 'name'] },
    zh: { 'code.wrong': ['count', 'name'] },
    fault: /^en.json:\d+ "code.wrong" uses {{name}}/,
  },
])('a text that $it is refused with file and line', ({ en, zh, fault }) => {
  const faults = check(good, en, zh);
  expect(faults.filter((one) => fault.test(one))).not.toEqual([]);
});

test('texts may use workspace values and slots that are filled by then', () => {
  const edits = { 'pay.done': ['workspace.brand', 'receipt.id', 'amount'] };
  expect(check(good, edits, edits)).toEqual([]);
});

test('with any line left out the flow is read and checked without a throw, or refused with a fault', () => {
  const pieces = good.split('\n');
  const outcomes = pieces.map((_, cut) => {
    const source = pieces.filter((_, index) => index !== cut).join('\n');
    const parsed = parseFlow({ id: 'pay', topic: 't', file: 'pay.yaml', source, version: 'v' });
    if ('faults' in parsed) return parsed.faults.length > 0;
    const flows = [{ flow: parsed.flow, file: 'pay.yaml' }];
    return Array.isArray(checkContent({ flows, texts: { en: texts('en') }, actions: specs }));
  });
  expect(outcomes).toEqual(pieces.map(() => true));
});

test('a text that nothing says, and words for what is not there, are found', () => {
  const more = (language: string) => {
    const all = new Map(texts(language));
    const keys = [
      'pay.left_over',
      'common.left_over',
      'said.pay.amount.much',
      'said.gone.slot.value',
      'topic_words.gone',
      'agree_words.pay',
      'states.refund.paid',
    ];
    for (const [at, key] of keys.entries()) {
      all.set(key, { file: `${language}.json`, line: 900 + at, placeholders: new Set() });
    }
    return all;
  };
  const faults = checkContent({
    flows: [{ flow: flowFrom('pay', good), file: 'pay.yaml' }],
    texts: { en: more('en'), 'zh-CN': more('zh-CN') },
    actions: specs,
  });
  const english = faults.filter(({ file }) => file === 'en.json');
  expect(english.map(({ line, what }) => `${line} ${what}`)).toEqual([
    '900 nothing says "pay.left_over": no step of "pay" names it',
    '901 nothing says "common.left_over": the interpreter has no such text',
    '902 nothing says "said.pay.amount.much": "pay" has no choice "amount"',
    '903 nothing says "said.gone.slot.value": there is no flow "gone"',
    '904 nothing says "topic_words.gone": there is no flow "gone"',
  ]);
});
