import { useEffect, useState } from 'react';
import type { DeskQueuesReply } from '../protocol.ts';
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
export function useSamples(reply: DeskQueuesReply | undefined): readonly Sample[] {
  const [samples, setSamples] = useState(kept);
  useEffect(() => {
    if (!reply) return;
    const atMs = serviceNowMs();
    const last = kept.at(-1)?.atMs ?? 0;
    if (atMs - last < everyMs) return;
    const sum = (of: (queue: DeskQueuesReply['queues'][number]) => number) =>
      reply.queues.reduce((all, queue) => all + of(queue), 0);
    const waiting = sum((queue) => queue.waiting + queue.offered);
    kept = [...kept, { atMs, waiting, free: sum(({ freeCapacity }) => freeCapacity) }].slice(
      -samplesMax,
    );
    setSamples(kept);
  }, [reply]);
  return samples;
}
