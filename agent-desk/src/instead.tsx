import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { api, asApiError } from './api.ts';
import { errorText } from './errors.ts';
import { clockTime, shortWhen } from './format.ts';
import { WarnIcon } from './icons.tsx';
import { queries } from './lists.ts';
import type { DeskHead, DeskInstead } from './protocol.ts';
import type { Thread } from './threads.ts';
import { toast, useUi } from './ui.ts';
import { nameOf, useWords } from './words.ts';

/** Channels of our own: nothing is ever held back there. */
const own: ReadonlySet<string> = new Set(['web', 'terminal']);

interface Props {
  readonly thread: Thread;
  readonly head: DeskHead;
  /** Only who may answer may send something instead. */
  readonly may: boolean;
}

/** Words that the customer's platform holds back, and what may be sent instead of them. */
export function Instead({ thread, head, may }: Props): ReactElement | null {
  const words = useWords();
  const { conv, events } = thread;
  const told = events.findLast(isDelivery)?.pos ?? 0;
  const { data } = useQuery({
    queryKey: ['instead', conv],
    queryFn: () => api.instead(conv),
    enabled: !own.has(head.channel) && told > 0,
    refetchOnWindowFocus: false,
  });
  useEffect(() => {
    if (told > 0) void queries.invalidateQueries({ queryKey: ['instead', conv] });
  }, [conv, told]);
  if (!data || data.waiting === 0) return null;
  const channel = nameOf('channel', head.channel);
  return (
    <section className="instead" aria-label={words('instead_of.title')}>
      <WarnIcon />
      <p>
        {words('instead_of.waiting', { count: data.waiting, channel })}{' '}
        {data.ways.length === 0 && words('instead_of.none')}
      </p>
      {may && data.ways.map((way) => <Way key={way.way} conv={conv} way={way} />)}
    </section>
  );
}

function isDelivery(event: Thread['events'][number]): boolean {
  return event.type === 'status' && event.what.startsWith('delivery.');
}

function Way({
  conv,
  way: { way, to, sentAtMs, againAtMs },
}: {
  readonly conv: string;
  readonly way: DeskInstead['ways'][number];
}) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  const [sending, setSending] = useState(false);
  async function send(): Promise<void> {
    setSending(true);
    try {
      await api.sendInstead(conv, way);
      toast('good', words(`instead_of.sent.${way}`));
    } catch (error) {
      toast('bad', errorText(asApiError(error)));
    } finally {
      setSending(false);
      void queries.invalidateQueries({ queryKey: ['instead', conv] });
    }
  }
  if (againAtMs !== null && sentAtMs !== null && againAtMs > nowMs) {
    const times = { sent: clockTime(sentAtMs), again: shortWhen(againAtMs, nowMs) };
    return <span className="quiet">{words(`instead_of.again.${way}`, times)}</span>;
  }
  return (
    <button type="button" className="button" disabled={sending} onClick={() => void send()}>
      {words(`instead_of.send.${way}`, { to: to ?? '' })}
    </button>
  );
}
