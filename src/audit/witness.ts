import type { Audit } from './audit.ts';
import type { AuditDetails, AuditEntry } from './chain.ts';

/** A request of an agent that was let through: before it is answered when it reads, after it was done when it changes something. */
export interface Witnessed {
  readonly method: string;
  /** As the route is written: `/conversations/:conv`. */
  readonly path: string;
  readonly agentId: string;
  readonly params: { readonly [name: string]: unknown };
  readonly query: unknown;
  readonly body: unknown;
  /** What was answered; absent for reads. */
  readonly reply?: unknown;
}

type Rule =
  | {
      readonly when: 'before' | 'after';
      readonly kind: string;
      readonly subject: (seen: Witnessed) => string;
      readonly details?: (seen: Witnessed) => AuditDetails;
    }
  /** Not an entry: its events are in the log, or nobody's data is in its answer. */
  | 'in the log'
  | 'nothing of a customer';

const param =
  (what: string, name: string) =>
  ({ params }: Witnessed): string =>
    `${what}:${text(params[name])}`;
const conversation = param('conversation', 'conv');
const own = ({ agentId }: Witnessed): string => `agent:${agentId}`;
const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 128) : '');

/** A field of what was sent or answered, when it is there. */
function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as { readonly [name: string]: unknown })[name];
  }
  return here;
}

const before = (kind: string, subject: (seen: Witnessed) => string): Rule => ({
  when: 'before',
  kind,
  subject,
});
const after = (
  kind: string,
  subject: (seen: Witnessed) => string,
  details?: (seen: Witnessed) => AuditDetails,
): Rule => ({ when: 'after', kind, subject, ...(details && { details }) });

const changedFields = ({ body }: Witnessed): AuditDetails => ({
  changed: typeof body === 'object' && body !== null ? Object.keys(body).sort() : [],
  ...(at(body, 'disabled') !== undefined && { disabled: at(body, 'disabled') === true }),
  ...(at(body, 'role') !== undefined && { role: text(at(body, 'role')) }),
});

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.slice(0, 50).map(text) : [];

/** What each route of the desk leaves in the chain. A test holds that every route has its line here. */
export const deskRules: { readonly [route: string]: Rule } = {
  'post /sign-in': 'nothing of a customer',
  'post /sign-out': 'nothing of a customer',
  'get /me': 'nothing of a customer',
  'get /counts': 'nothing of a customer',
  'get /conversations': before('read.list', ({ query }) => `list:${text(at(query, 'list'))}`),
  'get /conversations/:conv': before('read.conversation', conversation),
  'watch /conversations/:conv': before('read.conversation', conversation),
  'post /conversations/:conv/commands': 'in the log',
  'get /presence': 'nothing of a customer',
  'post /presence': 'nothing of a customer',
  'get /queues': 'nothing of a customer',
  'get /flows': 'nothing of a customer',
  'get /channels': 'nothing of a customer',
  'get /files/:id': before('read.file', param('file', 'id')),
  'post /files': 'in the log',
  'get /account': 'nothing of a customer',
  'delete /account/sessions/:id': after('session.ended', param('session', 'id')),
  'post /account/password': after('password.changed', own),
  'post /account/totp': 'nothing of a customer',
  'post /account/totp/confirm': after('second_factor.added', own),
  'post /account/totp/remove': after('second_factor.removed', own),
  'get /tokens': 'nothing of a customer',
  'post /tokens': after(
    'token.created',
    ({ reply }) => `token:${text(at(reply, 'record', 'id'))}`,
    ({ body }) => ({ scopes: strings(at(body, 'scopes')) }),
  ),
  'delete /tokens/:id': after('token.revoked', param('token', 'id')),
  'get /conversations/:conv/customer': before('read.customer', conversation),
  'post /conversations/:conv/tags': 'in the log',
  'get /conversations/:conv/canned': before('read.canned', conversation),
  'get /conversations/:conv/instead': before('read.instead', conversation),
  'post /conversations/:conv/instead': 'in the log',
  'get /conversations/:conv/actions': before('read.actions', conversation),
  'post /conversations/:conv/actions/preview': before('read.preview', conversation),
  'post /conversations/:conv/actions': 'in the log',
  'get /approvals': before('read.approvals', () => 'list:approvals'),
  'post /conversations/:conv/actions/:requestId/decision': 'in the log',
  'get /search': {
    when: 'before',
    kind: 'read.search',
    subject: () => 'search',
    // The words are not kept: what is looked for is as private as what is found.
    details: ({ query }) => ({ length: text(at(query, 'q')).length }),
  },
  'get /workspace': 'nothing of a customer',
  'get /agents': 'nothing of a customer',
  'post /agents': after(
    'agent.created',
    ({ reply }) => `agent:${text(at(reply, 'agent', 'agentId'))}`,
    ({ body }) => ({ role: text(at(body, 'role')) }),
  ),
  'patch /agents/:agentId': after('agent.changed', param('agent', 'agentId'), changedFields),
  'post /agents/:agentId/password': after('agent.password_reset', param('agent', 'agentId')),
  'get /webhooks': 'nothing of a customer',
  'post /webhooks': after(
    'webhook.created',
    ({ reply }) => `webhook:${text(at(reply, 'webhook', 'id'))}`,
    ({ body }) => ({ topics: strings(at(body, 'topics')) }),
  ),
  'patch /webhooks/:id': after('webhook.changed', param('webhook', 'id'), ({ body }) => ({
    enabled: at(body, 'enabled') === true,
  })),
  'delete /webhooks/:id': after('webhook.removed', param('webhook', 'id')),
  'get /webhooks/:id/deliveries': 'nothing of a customer',
  'post /webhooks/:id/replay': after('webhook.replayed', param('webhook', 'id')),
  'get /audit': before('read.audit', () => 'audit'),
  'get /audit/head': 'nothing of a customer',
};

/** The entry of a request, at the moment when it is to be written. */
export function entryOfRequest(seen: Witnessed): AuditEntry | undefined {
  const rule = deskRules[`${seen.method} ${seen.path}`];
  if (rule === undefined || typeof rule === 'string') return undefined;
  if ((rule.when === 'after') !== 'reply' in seen) return undefined;
  return {
    kind: rule.kind,
    actor: own(seen),
    subject: rule.subject(seen),
    details: rule.details?.(seen) ?? {},
  };
}

export type Witness = (seen: Witnessed) => Promise<void>;

/** What the desk calls around each request. Resolves when the entry is synced: nothing is shown that is not in the chain. */
export function createWitness(audit: Pick<Audit, 'record'>): Witness {
  return async (seen) => {
    const entry = entryOfRequest(seen);
    if (entry) await audit.record(entry);
  };
}
