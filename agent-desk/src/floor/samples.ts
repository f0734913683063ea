import { useEffect, useState } from 'react';
import type { DeskPresence, DeskQueuesReply } from '../protocol.ts';
import { serviceNowMs } from '../ui.ts';

/** How the floor stood at one moment, over all teams. */
export interface Sample {
  readonly atMs: number;
  readonly waiting: number;
  readonly free: number;
}

/** Two hours at one in five seconds. */
const samplesMax = 1440;
const everyMs = 4000;
/** Kept while the page is: going to a conversation and back must not begin anew. */
let kept: readonly Sample[] = [];

/** What the service said since this page was opened; nothing is filled in for the time before. */
export function useSamples(
  reply: DeskQueuesReply | undefined,
  agents: readonly DeskPresence[] | undefined,
): readonly Sample[] {
  const [samples, setSamples] = useState(kept);
  useEffect(() => {
    if (!reply || !agents) return;
    const atMs = serviceNowMs();
    const last = kept.at(-1)?.atMs ?? 0;
    if (atMs - last < everyMs) return;
    const waiting = sum(reply.queues.map((queue) => queue.waiting + queue.offered));
    // Of the agents, not of the teams: an agent of two teams has each place once.
    const free = sum(
      agents
        .filter(({ status }) => status === 'available')
        .map(({ capacity, load }) => Math.max(0, capacity - load)),
    );
    kept = [...kept, { atMs, waiting, free }].slice(-samplesMax);
    setSamples(kept);
  }, [reply, agents]);
  return samples;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
