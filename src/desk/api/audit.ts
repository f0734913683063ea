import type { Audit } from '../../audit/index.ts';
import { Fault } from '../../core/index.ts';
import {
  deskAuditHeadSchema,
  deskAuditQuerySchema,
  deskAuditSchema,
} from '../../protocol/index.ts';
import type { ApiDeps } from './deps.ts';
import { admins, route } from './route.ts';

/** The audit chain for admins; reading it is an entry too. */
export const auditRoutes = [
  route({
    method: 'get',
    path: '/audit/head',
    tells: 'Number and hash of the last entry of the audit chain, to be noted elsewhere.',
    roles: admins,
    scope: null,
    reply: deskAuditHeadSchema,
    run: (deps) => auditOf(deps).head(),
  }),
  route({
    method: 'get',
    path: '/audit',
    tells:
      'Entries of the audit chain after a number, in order; by kind (a family ends in a dot), by actor and by subject.',
    roles: admins,
    scope: null,
    query: deskAuditQuerySchema,
    reply: deskAuditSchema,
    run: async (deps, { query }) => {
      const { after, limit, kind, actor, subject } = query;
      const entries = await auditOf(deps).list({
        after,
        limit,
        ...(kind !== undefined && { kind }),
        ...(actor !== undefined && { actor }),
        ...(subject !== undefined && { subject }),
      });
      return { entries: [...entries] };
    },
  }),
];

function auditOf({ audit }: ApiDeps): Pick<Audit, 'head' | 'list'> {
  if (audit) return audit;
  throw new Fault('not_found', 'This installation keeps no audit chain.');
}
