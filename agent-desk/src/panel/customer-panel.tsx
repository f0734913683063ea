import { memo, useDeferredValue } from 'react';
import type { ReactElement } from 'react';
import { asApiError } from '../api.ts';
import { goTo, owns } from '../conversation-acts.ts';
import { errorText } from '../errors.ts';
import { focusTranscript } from '../focus.ts';
import { clockTime, fullTime, initialOf, languageName, shortSpan } from '../format.ts';
import { CloseIcon, ShieldIcon, StarIcon } from '../icons.tsx';
import { useMe } from '../me.ts';
import type { DeskCustomer, DeskHead } from '../protocol.ts';
import { useThreads } from '../threads.ts';
import { useUi } from '../ui.ts';
import { teamName, useWorkspace } from '../workspace.ts';
import { nameOf, useWords } from '../words.ts';
import { AccountActions } from './account-actions.tsx';
import { Copyable, Fact } from './facts.tsx';
import { Tags } from './tags.tsx';
import { showPanel, usePanelOpen } from './panel-open.ts';
import { nameOfCustomer, useCustomer } from './use-customer.ts';
import { WalletCard } from './wallet-card.tsx';

/**
 * Who the customer is, what is in the wallet, what may be done about it, and what was before. Drawn after the conversation
 * itself, which is read first; until then it is empty, for never may another customer's details stand beside these words.
 */
export function CustomerPanel({ conv }: { readonly conv: string }): ReactElement | null {
  const words = useWords();
  const head = useThreads(({ threads }) => threads[conv]?.head);
  const open = usePanelOpen(conv);
  const drawn = useDeferredValue(conv);
  if (!open || !head) return null;
  return (
    <aside className="panel" aria-label={words('panel.title')}>
      <header className="panel-head">
        <h2>{words('panel.title')}</h2>
        <button
          type="button"
          className="icon-button"
          aria-label={words('panel.hide')}
          onClick={() => {
            showPanel(conv, false);
            focusTranscript();
          }}
        >
          <CloseIcon />
        </button>
      </header>
      {drawn === conv && <Told key={conv} conv={conv} head={head} />}
    </aside>
  );
}

const Told = memo(function Told({
  conv,
  head,
}: {
  readonly conv: string;
  readonly head: DeskHead;
}) {
  const words = useWords();
  const { agentId } = useMe();
  const { data: customer, error, refetch } = useCustomer(conv);
  return (
    <>
      <Who head={head} name={nameOfCustomer(customer)} />
      {error && !customer && (
        <section role="alert">
          <p className="quiet">{errorText(asApiError(error))}</p>
          <button type="button" className="link" onClick={() => void refetch()}>
            {words('action.retry')}
          </button>
        </section>
      )}
      {!error && !customer && (
        <section role="status" aria-label={words('load.busy')}>
          <span className="bone panel-bone" />
        </section>
      )}
      {customer && <WalletCard wallet={customer.wallet} />}
      {head.customerId !== null && <AccountActions conv={conv} mine={owns(head, agentId)} />}
      {customer && <Tags conv={conv} tags={customer.tags} />}
      {customer?.satisfaction && <Satisfaction given={customer.satisfaction} />}
      {customer && <Past past={customer.past} />}
      <About conv={conv} head={head} />
    </>
  );
});

function Who({ head, name }: { readonly head: DeskHead; readonly name: string }) {
  const words = useWords();
  return (
    <section className="panel-who">
      <span className={`avatar avatar-large level-${head.level}`} aria-hidden="true">
        {initialOf(name === '' ? (head.customerId ?? '') : name)}
      </span>
      <div>
        {name !== '' && <b dir="auto">{name}</b>}
        {head.customerId === null ? (
          <b>{words('panel.anonymous')}</b>
        ) : (
          <Copyable text={head.customerId} strong={name === ''} />
        )}
        <span className={`level level-${head.level}`}>
          {head.level !== 'anyone' && <ShieldIcon />}
          {words(`level.${head.level}`)}
        </span>
      </div>
    </section>
  );
}

function Satisfaction({ given }: { readonly given: NonNullable<DeskCustomer['satisfaction']> }) {
  const words = useWords();
  return (
    <section>
      <h3>{words('panel.satisfaction')}</h3>
      <p className="stars" role="img" aria-label={words('panel.stars', { score: given.score })}>
        {[1, 2, 3, 4, 5].map((star) => (
          <span key={star} className={star <= given.score ? 'star star-on' : 'star'}>
            <StarIcon />
          </span>
        ))}
      </p>
      {given.comment !== null && (
        <p className="quiet" dir="auto">
          {given.comment}
        </p>
      )}
    </section>
  );
}

function Past({ past }: Pick<DeskCustomer, 'past'>) {
  const words = useWords();
  const nowMs = useUi((ui) => ui.nowMs);
  if (past.length === 0) return null;
  return (
    <section>
      <h3>{words('panel.past')}</h3>
      <ul className="past">
        {past.map((each) => (
          <li key={each.conv}>
            <button
              type="button"
              className="past-row"
              onClick={() => goTo(each.closed ? 'closed' : 'team', each.conv)}
            >
              <span>
                {each.reason === null
                  ? nameOf('channel', each.channel)
                  : nameOf('topic', each.reason)}
              </span>
              <span className="quiet">
                {each.satisfaction !== null && `${each.satisfaction}/5 · `}
                {words(each.closed ? 'owner.closed' : 'panel.open')} ·{' '}
                <time title={fullTime(each.lastAtMs)}>{shortSpan(nowMs - each.lastAtMs)}</time>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function About({ conv, head }: { readonly conv: string; readonly head: DeskHead }) {
  const words = useWords();
  const workspace = useWorkspace();
  return (
    <section>
      <h3>{words('panel.conversation')}</h3>
      <dl className="facts">
        {head.reason !== null && (
          <Fact label={words('panel.reason')}>{nameOf('topic', head.reason)}</Fact>
        )}
        {head.priority !== null && (
          <Fact label={words('panel.priority')}>
            <span className={`pill priority-${head.priority}`}>
              {words(`priority.${head.priority}`)}
            </span>
          </Fact>
        )}
        {head.queue !== null && (
          <Fact label={words('panel.team')}>{teamName(workspace, head.queue)}</Fact>
        )}
        {head.skills.length > 0 && (
          <Fact label={words('panel.skills')}>{head.skills.join(', ')}</Fact>
        )}
        <Fact label={words('panel.language')}>{languageName(head.language)}</Fact>
        <Fact label={words('panel.channel')}>{nameOf('channel', head.channel)}</Fact>
        {head.sinceMs !== null && !head.closed && (
          <Fact label={words(head.owner === 'queue' ? 'panel.waiting' : 'panel.since')}>
            <time title={fullTime(head.sinceMs)}>{clockTime(head.sinceMs)}</time>
          </Fact>
        )}
        <Fact label={words('panel.id')}>
          <Copyable text={conv} />
        </Fact>
      </dl>
    </section>
  );
}
