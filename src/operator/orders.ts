import { z } from 'zod';
import type { Audit } from '../audit/index.ts';
import { Fault, type Clock } from '../core/index.ts';
import type { AgentAccounts } from '../identity/index.ts';
import type { Store, WebhookStore } from '../store/index.ts';
import { makeBackup, type Retained } from '../upkeep/index.ts';
import { auditOrderSchemas, obeyAudit, type AuditOrder } from './audit-orders.ts';

const email = z.string().min(3).max(254);

/** What an operator may have done to accounts and webhooks without signing in to the desk: the way back when nobody can. */
export const operatorOrderSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('agents.list') }),
  z.strictObject({
    do: z.literal('agents.add'),
    email,
    name: z.string().trim().min(1).max(100),
    role: z.enum(['agent', 'supervisor', 'admin']),
  }),
  z.strictObject({ do: z.literal('agents.disable'), email }),
  z.strictObject({ do: z.literal('agents.enable'), email }),
  z.strictObject({ do: z.literal('agents.reset-password'), email }),
  z.strictObject({ do: z.literal('webhooks.replay'), webhook: z.string().max(128) }),
  z.strictObject({ do: z.literal('backup'), to: z.string().max(4096), withSecrets: z.boolean() }),
  z.strictObject({ do: z.literal('retention.run') }),
  ...auditOrderSchemas,
]);
export type OperatorOrder = z.infer<typeof operatorOrderSchema>;

const answerSchema = z.object({
  lines: z.array(z.string()),
  failed: z.literal(true).exactOptional(),
});
/** Lines for the terminal; a new password stands in one of them, this once. */
export type OperatorAnswer = z.infer<typeof answerSchema>;
export const operatorAnswerSchema = answerSchema;

export interface OrderParts {
  readonly accounts: Pick<AgentAccounts, 'create' | 'list' | 'change' | 'resetPassword'>;
  readonly deliveries: Pick<WebhookStore, 'replay'>;
  /** Absent where the store keeps no chain. */
  readonly audit?: Audit;
  readonly clock: Clock;
  /** For backups: the store whole, and where its data folder is. */
  readonly store?: Store;
  readonly folder?: string;
  /** Removes what was kept for long enough. */
  readonly retain?: () => Promise<Retained>;
  readonly makePassword: () => string;
}

/** Does one order, and keeps in the chain what it changed. Faults: not_found for an agent who is not there, and what the accounts refuse. */
export async function obey(parts: OrderParts, order: OperatorOrder): Promise<OperatorAnswer> {
  if (order.do.startsWith('audit.')) return obeyAudit(parts.audit, order as AuditOrder);
  const answer = await perform(parts, order as Exclude<OperatorOrder, AuditOrder>);
  if (order.do === 'agents.list') return answer;
  const subject = subjectOf(order);
  const details = 'email' in order ? { agent: await idOf(parts, order.email) } : {};
  await parts.audit?.record({ kind: `operator.${order.do}`, actor: 'operator', subject, details });
  return answer;
}

async function perform(
  parts: OrderParts,
  order: Exclude<OperatorOrder, AuditOrder>,
): Promise<OperatorAnswer> {
  const { accounts, deliveries, clock } = parts;
  switch (order.do) {
    case 'agents.list':
      return { lines: (await accounts.list()).map(lineOf) };
    case 'agents.add': {
      const { email: address, name, role } = order;
      const password = parts.makePassword();
      await accounts.create({ email: address, name, role, password });
      return { lines: [`${address} (${role}) can sign in with: ${password}`] };
    }
    case 'agents.disable':
    case 'agents.enable': {
      const disabled = order.do === 'agents.disable';
      await accounts.change(await idOf(parts, order.email), { disabled });
      const now = disabled ? 'is disabled, signed out everywhere' : 'may sign in again';
      return { lines: [`${order.email} ${now}.`] };
    }
    case 'agents.reset-password': {
      const password = await accounts.resetPassword(await idOf(parts, order.email));
      return {
        lines: [
          `${order.email} can sign in with: ${password ?? ''}`,
          'The second factor is removed, and all sessions and tokens have ended.',
        ],
      };
    }
    case 'backup': {
      const { store, folder } = parts;
      if (!store || folder === undefined)
        throw new Fault('bad_request', 'Nothing to back up here.');
      return { lines: [...(await makeBackup({ ...order, store, folder }))] };
    }
    case 'retention.run':
      return { lines: [...retainedLines(await parts.retain?.())] };
    case 'webhooks.replay': {
      const replayed = await deliveries.replay(order.webhook, clock());
      return { lines: [`${replayed} deliveries are tried again.`] };
    }
  }
}

function retainedLines(done: Retained | undefined): readonly string[] {
  if (!done) throw new Fault('bad_request', 'Retention runs in the service: start it first.');
  const { conversations, files, keys, work, auditEntries, hasMore } = done;
  const more = hasMore ? ['There is more: run it again, or leave it to the next hour.'] : [];
  return [
    `Erased the words of ${conversations} conversations and ${files} files of theirs; removed ${keys} dedupe keys, ${work} finished works, ${auditEntries} audit entries.`,
    ...more,
  ];
}

function subjectOf(order: OperatorOrder): string {
  if (order.do === 'webhooks.replay') return `webhook:${order.webhook}`;
  return order.do === 'backup' || order.do === 'retention.run' ? 'store' : 'agents';
}

async function idOf({ accounts }: OrderParts, email: string): Promise<string> {
  const wanted = email.trim().toLowerCase();
  const found = (await accounts.list()).find((agent) => agent.email === wanted);
  if (!found) throw new Fault('not_found', `There is no agent ${email}.`);
  return found.agentId;
}

function lineOf({
  email,
  role,
  name,
  disabled,
  secondFactor,
}: Awaited<ReturnType<AgentAccounts['list']>>[number]) {
  const marks = [disabled ? 'disabled' : '', secondFactor ? 'second factor' : ''].filter(Boolean);
  return [email, role, name, ...marks].join('  ');
}
