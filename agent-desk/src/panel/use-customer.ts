import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api.ts';
import { queries } from '../lists.ts';
import type { DeskCustomer } from '../protocol.ts';
import { useThreads } from '../threads.ts';

/** What stands beside a conversation: wallet, summary, tags, the past. Asked again when it goes on. */
export function useCustomer(conv: string) {
  const version = useThreads(({ threads }) => threads[conv]?.head?.version ?? 0);
  const epoch = useThreads(({ threads }) => threads[conv]?.head?.epoch ?? 0);
  const query = useQuery({
    queryKey: ['customer', conv],
    queryFn: () => api.customer(conv),
    staleTime: 15_000,
    refetchOnWindowFocus: false,
  });
  // A new owner sees more than the former one: at once. Everything else may wait until it is stale.
  useEffect(() => {
    if (epoch > 0) void queries.invalidateQueries({ queryKey: ['customer', conv] });
  }, [conv, epoch]);
  useEffect(() => {
    if (version === 0) return undefined;
    const timer = setTimeout(() => {
      void queries.invalidateQueries({ queryKey: ['customer', conv] });
    }, settleMs);
    return () => clearTimeout(timer);
  }, [conv, version]);
  return query;
}

/** As the wallet has it and this agent may see it; '' as long as it is not known. */
export function nameOfCustomer(customer: DeskCustomer | undefined): string {
  return customer?.wallet.kind === 'card' ? customer.wallet.card.name : '';
}

/** Events come in bursts: asked once they have settled. */
const settleMs = 1200;
