import { photo } from './samples.ts';

/** Rows and heads with every member, as the lists, pages and frames of the desk hold them. */
const standing = {
  due: { kind: 'first_reply', dueAtMs: 9 },
  state: 'offered',
  queue: 'payments',
  offer: { offerId: 'o-1', agentId: 'a-1', agentName: 'Ann', untilMs: 8 },
  snoozedUntilMs: 7,
  wrapUpUntilMs: 6,
  risk: 40,
};

export const row = {
  ...standing,
  agentName: 'Ann',
  preview: 'Where is it?',
  previewBy: 'customer',
  conv: 'c-1',
  customerId: 'u-1',
  channel: 'web',
  language: 'en',
  owner: 'queue',
  agentId: 'a-1',
  priority: 'money',
  reason: 'asked',
  sinceMs: 5,
  lastAtMs: 4,
  closed: false,
  cursor: 'k',
};

export const head = {
  ...standing,
  epoch: 2,
  skills: ['disputes'],
  version: 12,
  language: 'en',
  channel: 'web',
  customerId: 'u-1',
  level: 'verified',
  owner: 'agent',
  sinceMs: 5,
  agentId: 'a-1',
  agentName: 'Ann',
  priority: 'normal',
  reason: 'asked',
  closed: true,
};

/** What may be null in a head: who nobody has, what nobody put aside. */
export const headNulls = [
  'queue',
  'offer',
  'snoozedUntilMs',
  'wrapUpUntilMs',
  'customerId',
  'sinceMs',
  'agentId',
  'agentName',
  'priority',
  'reason',
];

export const agent = {
  agentId: 'a-1',
  email: 'ann@example.com',
  name: 'Ann',
  role: 'agent',
  languages: ['en'],
  skills: ['disputes'],
  queues: ['payments'],
};

export const presence = {
  agentId: 'a-1',
  name: 'Ann',
  role: 'agent',
  status: 'available',
  why: 'chosen',
  sinceMs: 1,
  load: 2,
  capacity: 4,
  languages: ['en'],
  skills: ['disputes'],
  queues: ['payments'],
};

export const said = {
  type: 'customer',
  pos: 1,
  seq: 1,
  atMs: 10,
  text: 'Hi',
  files: [photo],
};
