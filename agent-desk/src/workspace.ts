import { useQuery } from '@tanstack/react-query';
import { api } from './api.ts';
import { usePollMs } from './lists.ts';
import type { DeskWorkspace } from './protocol.ts';
import { currentLanguage, primary } from './words.ts';

/** What the operator has set; hardly ever changes while a page is open. */
export function useWorkspace(): DeskWorkspace | undefined {
  return useQuery({ queryKey: ['workspace'], queryFn: api.workspace, staleTime: 5 * 60_000 }).data;
}

/** Name of a team. */
export function teamName(workspace: DeskWorkspace | undefined, id: string): string {
  return workspace?.queues.find((queue) => queue.id === id)?.name ?? id;
}

export type Disposition = DeskWorkspace['dispositions'][number];

/** In the desk's language; else in whatever language it has. */
export function dispositionLabel({ id, labels }: Disposition): string {
  const language = currentLanguage();
  const near = Object.keys(labels).find((tag) => primary(tag) === primary(language));
  return labels[language] ?? labels[near ?? 'en'] ?? Object.values(labels)[0] ?? id;
}

/** Everyone's presence, fresh whenever the service says that somebody's changed. */
export function usePresences(enabled = true) {
  return useQuery({
    queryKey: ['presence'],
    queryFn: api.presence,
    refetchInterval: usePollMs(),
    enabled,
  });
}
