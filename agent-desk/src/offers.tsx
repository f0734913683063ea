import { memo, useEffect, useState, useSyncExternalStore } from 'react';
import type { CSSProperties, ReactElement } from 'react';
import { accept, decline } from './conversation-acts.ts';
import { customerText } from './customer-name.tsx';
import { directionOf } from './direction.tsx';
import { countdown, languageName, shortSpan } from './format.ts';
import { CoinIcon, PersonIcon, ShieldIcon } from './icons.tsx';
import type { DeskOffered } from './protocol.ts';
import { serviceNowMs, useUi } from './ui.ts';
import { useWorkspace, teamName } from './workspace.ts';
import { nameOf, useWords } from './words.ts';

/** Offers drawn at a time; the others come up as these are answered. On a phone the conversation stays in sight. */
const offersShown = 3;
const offersShownOnPhone = 1;
const phone = matchMedia('(max-width: 760px)');

function watchPhone(tell: () => void): () => void {
  phone.addEventListener('change', tell);
  return () => phone.removeEventListener('change', tell);
}

/** Conversations offered to this agent, the one that runs out first on top. Nothing is taken from under the agent's hands: focus stays where it is. */
export const Offers = memo(function Offers(): ReactElement {
  const words = useWords();
  const offers = useUi((ui) => ui.offers);
  const isPhone = useSyncExternalStore(watchPhone, () => phone.matches);
  const shown = isPhone ? offersShownOnPhone : offersShown;
  const soonest = offers.toSorted((a, b) => a.untilMs - b.untilMs);
  return (
    <section className="offers" aria-label={words('offer.list')} aria-live="assertive">
      {soonest.slice(0, shown).map((offer, index) => (
        <Offer key={offer.offerId} offer={offer} first={index === 0} />
      ))}
      {soonest.length > shown && (
        <p className="offers-more">{words('offer.more', { count: soonest.length - shown })}</p>
      )}
    </section>
  );
});

function Offer({ offer, first }: { readonly offer: DeskOffered; readonly first: boolean }) {
  const words = useWords();
  const workspace = useWorkspace();
  const { priority, reason, conv, preview } = offer;
  const Icon = { security: ShieldIcon, money: CoinIcon, normal: PersonIcon }[priority];
  const facts = [
    customerText(offer, words),
    ...(offer.customerName === undefined ? [] : [offer.customerId ?? '']),
    languageName(offer.language),
    ...(workspace && workspace.queues.length > 1 ? [teamName(workspace, offer.queue)] : []),
    words('list.waiting', { time: shortSpan(serviceNowMs() - offer.sinceMs) }),
  ];
  return (
    <article className={`offer offer-${priority}`} data-offer={conv}>
      <Ring untilMs={offer.untilMs} />
      <div className="offer-main">
        <h2>
          <Icon />
          {nameOf('topic', reason)}
          <span className={`pill priority-${priority}`}>{words(`priority.${priority}`)}</span>
        </h2>
        <p className="offer-facts">{facts.join(' · ')}</p>
        {preview !== null && (
          <p className="offer-preview" {...directionOf(preview)}>
            {preview}
          </p>
        )}
        <div className="offer-acts">
          <button type="button" className="button button-primary" onClick={() => void accept(conv)}>
            {words('offer.accept')}
            {first && <kbd>Y</kbd>}
          </button>
          <button type="button" className="button" onClick={() => void decline(offer)}>
            {words('offer.decline')}
            {first && <kbd>X</kbd>}
          </button>
        </div>
      </div>
    </article>
  );
}

const ringLength = 2 * Math.PI * 16;

/** What is left of the deadline: as a ring that the browser empties by itself, and in seconds. */
function Ring({ untilMs }: { readonly untilMs: number }) {
  const words = useWords();
  const [leftMs, setLeftMs] = useState(() => untilMs - serviceNowMs());
  const [fullMs] = useState(leftMs);
  useEffect(() => {
    const timer = setInterval(() => setLeftMs(untilMs - serviceNowMs()), 500);
    return () => clearInterval(timer);
  }, [untilMs]);
  const style: CSSProperties = {
    strokeDasharray: ringLength,
    strokeDashoffset: ringLength * (1 - Math.max(0, leftMs) / Math.max(1, fullMs)),
  };
  return (
    <div className={leftMs < 8000 ? 'ring ring-soon' : 'ring'} aria-live="off">
      <svg viewBox="0 0 36 36" aria-hidden="true">
        <circle className="ring-back" cx="18" cy="18" r="16" />
        <circle className="ring-left" cx="18" cy="18" r="16" style={style} />
      </svg>
      <span aria-hidden="true">{countdown(leftMs)}</span>
      <span className="unseen">{words('offer.left')}</span>
    </div>
  );
}
