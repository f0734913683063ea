import type { ActionSpec } from '../../src/core/index.ts';
import { parseFlow, type Flow } from '../../src/dialogue/index.ts';

/** A flow from YAML that must be right. */
export function flowFrom(id: string, source: string): Flow {
  const parsed = parseFlow({ id, topic: 'test', file: `${id}.yaml`, source, version: 'v1' });
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
  return parsed.flow;
}

const refusals = ['not_allowed', 'not_found'];

/** A small table of account actions: a lookup, a payment out and a note. */
export const specs: { readonly [name: string]: ActionSpec } = {
  lookUp: { name: 'lookUp', level: 'identified', consent: false, read: true, args: {}, refusals },
  listThings: {
    name: 'listThings',
    level: 'anyone',
    consent: false,
    read: true,
    args: { limit: { required: false } },
    refusals: [],
  },
  payOut: {
    name: 'payOut',
    level: 'verified',
    consent: true,
    args: { amount: { required: true }, note: { required: false } },
    refusals: [...refusals, 'too_much'],
  },
  openTicket: {
    name: 'openTicket',
    level: 'identified',
    consent: false,
    args: { type: { required: true }, details: { required: true } },
    refusals: [],
  },
};
