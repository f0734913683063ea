import { useEffect, useMemo, useRef } from 'react';
import { goTo } from './conversation-acts.ts';
import { useCounts, useOwnRows } from './lists.ts';
import type { DeskOffered, DeskRow } from './protocol.ts';
import { useSettings } from './settings.ts';
import { play } from './sound.ts';
import { useUi } from './ui.ts';
import { currentWords, nameOf, useWords } from './words.ts';

/** Tells of new offers by tone and, while the page is out of sight, by a notification of the system. */
export function useOfferAlerts(): void {
  useEffect(() => {
    const told = new Set<string>();
    return useUi.subscribe(({ offers }, former) => {
      if (offers === former.offers) return;
      const fresh = offers.filter(({ offerId }) => !told.has(offerId));
      for (const { offerId } of fresh) told.add(offerId);
      for (const offerId of told) {
        if (!offers.some((offer) => offer.offerId === offerId)) told.delete(offerId);
      }
      const newest = fresh.at(-1);
      if (!newest) return;
      play('offer');
      if (document.hidden) notify(newest);
    });
  }, []);
}

/** No word of the customer: notifications lie on locked screens too. */
function notify({ conv, priority, reason }: DeskOffered): void {
  if (!useSettings.getState().notifications || !mayNotify()) return;
  const shown = new Notification(currentWords('offer.title'), {
    body: `${currentWords(`priority.${priority}`)} · ${nameOf('topic', reason)}`,
    tag: `kefu ${conv}`,
  });
  shown.addEventListener('click', () => {
    window.focus();
    goTo('queue', conv);
    shown.close();
  });
}

export function mayNotify(): boolean {
  return 'Notification' in window && Notification.permission === 'granted';
}

/** Asks the browser for leave; what it says is what holds. */
export async function chooseNotifications(on: boolean): Promise<void> {
  const asked = on && 'Notification' in window ? await Notification.requestPermission() : 'denied';
  useSettings.setState({ notifications: on && asked === 'granted' });
}

/** Own conversations in which the customer wrote since this agent last looked. */
export function useUnread(): readonly DeskRow[] {
  const { data } = useOwnRows();
  const seenMs = useUi((ui) => ui.seenMs);
  return useMemo(
    () =>
      (data?.rows ?? []).filter(
        (row) => row.previewBy === 'customer' && row.lastAtMs > (seenMs[row.conv] ?? row.sinceMs),
      ),
    [data, seenMs],
  );
}

/** A softer tone when a customer wrote in a conversation that the agent does not look at. */
export function useMessageSound(conv: string | null): void {
  const unread = useUnread();
  const told = useRef(new Map<string, number>());
  useEffect(() => {
    let isNew = false;
    for (const row of unread) {
      const isSeen = row.conv === conv && !document.hidden;
      if (!isSeen && (told.current.get(row.conv) ?? 0) < row.lastAtMs) isNew = true;
    }
    told.current = new Map(unread.map((row) => [row.conv, row.lastAtMs]));
    if (isNew) play('message');
  }, [unread, conv]);
}

/** The tab says how many wait, and an offer above all. */
export function useTitle(): void {
  const words = useWords();
  const { data: counts } = useCounts();
  const offers = useUi((ui) => ui.offers.length);
  const waiting = counts?.queue ?? 0;
  const name = words('app.name');
  const offer = words('offer.title');
  useEffect(() => {
    if (offers > 0) document.title = `● ${offer} · ${name}`;
    else document.title = waiting > 0 ? `(${waiting}) ${name}` : name;
  }, [waiting, offers, name, offer]);
}
