import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api } from '../api.ts';
import { queries } from '../lists.ts';
import type { DeskCustomer } from '../protocol.ts';
import { useThreads } from '../threads.ts';

/** Who opens a conversation again within this time sees what was told before. */
const staleMs = 2000;

/** What stands beside a conversation: wallet, summary, tags, the past. */
export function useCustomer(conv: string) {
  return useQuery({
    queryKey: ['customer', conv],
    queryFn: () => api.customer(conv),
    staleTime: staleMs,
    refetchOnWindowFocus: false,
  });
}

/** Asks again when the conversation goes on; for the one place that shows it, however many read `useCustomer`. */
export function useCustomerNews(conv: string): void {
  const version = useThreads(({ threads }) => threads[conv]?.head?.version);
  const epoch = useThreads(({ threads }) => threads[conv]?.head?.epoch);
  const former = useRef({ conv, version, epoch });
  useEffect(() => {
    const before = former.current;
    former.current = { conv, version, epoch };
    // What is opened is asked for as it is opened: only what changes after that is news.
    if (before.conv !== conv || before.version === undefined) return undefined;
    // A new owner sees more than the former one: at once. Everything else once events, which come in bursts, have settled.
    const waitMs = before.epoch === epoch ? settleMs : 0;
    const timer = setTimeout(() => {
      void queries.invalidateQueries({ queryKey: ['customer', conv] });
    }, waitMs);
    return () => clearTimeout(timer);
  }, [conv, version, epoch]);
}

/** As the wallet has it and this agent may see it; '' as long as it is not known. */
export function nameOfCustomer(customer: DeskCustomer | undefined): string {
  return customer?.wallet.kind === 'card' ? customer.wallet.card.name : '';
}

const settleMs = 1200;
