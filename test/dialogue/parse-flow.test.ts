import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { flowJsonSchema, parseFlow } from '../../src/dialogue/index.ts';
import { flowFrom } from '../support/flows.ts';

function faultsOf(source: string): readonly string[] {
  const parsed = parseFlow({ id: 'f', topic: 't', file: 'f.yaml', source, version: 'v' });
  return 'faults' in parsed ? parsed.faults.map(({ line, what }) => `${line}: ${what}`) : [];
}

test('defaults are written out, keys without a dot become the flow’s own', () => {
  const flow = flowFrom(
    'refund',
    [
      'urgency: money',
      'slots: { amount: { type: amount } }',
      'steps:',
      '  - ask: amount',
      '  - verify: verified',
      '  - confirm: pay',
      '  - id: pay',
      '    act: payOut',
      '  - say: common.done',
      '  - handoff: review',
    ].join('\n'),
  );
  expect(flow.steps.map(({ id, line }) => [id, line])).toEqual([
    ['s1', 4],
    ['s2', 5],
    ['s3', 6],
    ['pay', 7],
    ['s5', 9],
    ['s6', 10],
  ]);
  expect(flow.steps[0]).toMatchObject({
    key: 'refund.ask_amount',
    again: '',
    attemptsMax: 3,
    failed: 'agent',
  });
  expect(flow.steps[1]).toMatchObject({ failed: 'agent' });
  expect(flow.steps[2]).toMatchObject({ key: 'refund.confirm', no: 'cancel', shows: {} });
  expect(flow.steps[3]).toMatchObject({ else: 'fail', on: {}, args: {} });
  expect(flow.steps[4]).toMatchObject({ key: 'common.done' });
  expect(flow.steps[5]).toMatchObject({ priority: 'money' });
});

test.for([
  { it: 'is broken YAML', source: 'steps:\n  - say: [\n', fault: /^3: Flow sequence/ },
  { it: 'has no steps', source: 'urgency: money\n', fault: /^1: steps: / },
  { it: 'has an unknown field', source: 'speed: fast\nsteps:\n  - say: a\n', fault: /^1: .*speed/ },
  {
    it: 'has an unknown urgency',
    source: 'urgency: now\nsteps:\n  - say: a\n',
    fault: /^1: urgency/,
  },
  {
    it: 'has a step of no kind',
    source: 'steps:\n  - say: a\n  - shout: b\n',
    fault: /^3: .*no known kind/,
  },
  {
    it: 'has a step of two kinds',
    source: 'steps:\n  - say: a\n    ask: b\n',
    fault: /^2: .*two at once/,
  },
  { it: 'misspells a field', source: 'steps:\n  - say: a\n    nxt: b\n', fault: /^2: .*nxt/ },
  {
    it: 'gives one id twice',
    source: 'steps:\n  - { id: a, say: a }\n  - { id: a, say: b }\n',
    fault: /^3: .*used twice/,
  },
  {
    it: 'asks without bound',
    source: 'slots: { a: { type: text } }\nsteps:\n  - ask: a\n    attempts: 99\n',
    fault: /^4: attempts/,
  },
  {
    it: 'has a text key that reads as a plural',
    source: 'steps:\n  - say: too_many\n',
    fault: /^2: say: .*plural/,
  },
  { it: 'uses YAML aliases', source: 'a: &x 1\nsteps: *x\n', fault: /^1: / },
])('a flow that $it is refused with its line', ({ source, fault }) => {
  const faults = faultsOf(source);
  expect(faults.length).toBeGreaterThan(0);
  expect(faults[0]).toMatch(fault);
});

test('the JSON Schema that editors use is the one that flows are read by', () => {
  const file = path.resolve(import.meta.dirname, '../../docs/reference/flow.schema.json');
  const stored: unknown = JSON.parse(readFileSync(file, 'utf8'));
  expect(stored).toEqual(JSON.parse(JSON.stringify(flowJsonSchema())));
});
