import type { AgentRole } from '../identity/index.ts';
import type { DeskDeps } from './deps.ts';

/** Who stands in a row: the customer, and who has the conversation now. */
interface Named {
  readonly customerId: string | null;
  readonly agentId: string | null;
  readonly closed?: boolean;
}

/** Who reads: what is seen goes by role and by who has the conversation. */
export interface Reader {
  readonly agentId: string;
  readonly role: AgentRole;
}

export type NameOf = (row: Named) => { readonly customerName?: string };

/**
 * Names of the customers of these rows as this reader may see them, from what was kept when their cards were read: the
 * wallet is not asked.
 */
export async function namesFor(
  { api }: Pick<DeskDeps, 'api'>,
  { agentId, role }: Reader,
  rows: readonly Named[],
): Promise<NameOf> {
  const ids = new Set(rows.flatMap(({ customerId }) => (customerId === null ? [] : [customerId])));
  const names = api && ids.size > 0 ? await api.index.namesOf([...ids]) : new Map<string, string>();
  return (row) => {
    const name = row.customerId === null ? undefined : names.get(row.customerId);
    if (name === undefined) return {};
    const seesAll = role !== 'agent' || (row.agentId === agentId && row.closed !== true);
    return { customerName: seesAll ? name : initials(name) };
  };
}

/** `Lin Wei` → `L. W.`, `林伟` → `林*`: enough to tell two people apart. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  if (words.length === 1 && /\p{Script=Han}/u.test(name)) return `${first(name)}*`;
  return words.map((word) => `${first(word)}.`).join(' ');
}

const first = (word: string): string => /^./u.exec(word)?.[0] ?? '';
