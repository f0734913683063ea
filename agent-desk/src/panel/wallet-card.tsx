import type { ReactElement, ReactNode } from 'react';
import { fullTime, moneyText, shortWhen } from '../format.ts';
import { LockIcon } from '../icons.tsx';
import type { DeskCustomer, DeskWalletCard } from '../protocol.ts';
import { serviceNowMs } from '../ui.ts';
import { nameOf, useWords } from '../words.ts';
import { Copyable } from './facts.tsx';

/** Rows shown before the rest is asked for. */
const shownFirst = 5;

const tones: { readonly [state: string]: string } = {
  active: 'good',
  locked: 'wait',
  restricted: 'wait',
  frozen: 'bad',
  closed: 'plain',
  pending: 'wait',
  processing: 'wait',
  completed: 'good',
  arrived: 'good',
  refunded: 'plain',
  cancelled: 'plain',
  disputed: 'wait',
  failed: 'bad',
  returned: 'bad',
  open: 'wait',
  in_progress: 'wait',
  solved: 'good',
};

/** The customer's wallet as far as this agent may see it, as the wallet itself tells it now. */
export function WalletCard({ wallet }: Pick<DeskCustomer, 'wallet'>): ReactElement {
  const words = useWords();
  if (wallet.kind !== 'card') {
    return (
      <section>
        <h3>{words('wallet.title')}</h3>
        <p className="quiet">{words(`wallet.${wallet.kind}`)}</p>
      </section>
    );
  }
  const { card } = wallet;
  return (
    <>
      <section className="wallet">
        <h3>
          {words('wallet.title')}
          <State state={card.status} />
        </h3>
        {card.statusReason !== null && (
          <p className="wallet-why" dir="auto">
            {nameOf('failure', card.statusReason)}
          </p>
        )}
        {card.masked ? <Masked /> : <Balances card={card} />}
        <p className="wallet-contact quiet">
          {[card.phone, card.email]
            .filter((each) => each !== '')
            .map((each) => (
              <bdi key={each}>{each}</bdi>
            ))}
          <span>{words('wallet.kyc', { level: card.kycLevel })}</span>
        </p>
      </section>
      <Tickets tickets={card.tickets} />
      <Transactions transactions={card.transactions} />
      <Withdrawals withdrawals={card.withdrawals} />
    </>
  );
}

function State({ state }: { readonly state: string }) {
  return (
    <span className={`pill pill-${tones[state] ?? 'plain'}`}>{nameOf('wallet_state', state)}</span>
  );
}

function Masked() {
  const words = useWords();
  return (
    <p className="wallet-masked">
      <LockIcon />
      {words('wallet.masked')}
    </p>
  );
}

function Balances({ card }: { readonly card: DeskWalletCard }) {
  const words = useWords();
  return (
    <ul className="balances">
      {(card.balances ?? []).map(({ available, held }) => (
        <li key={available.currency}>
          <b>
            <bdi>{moneyText(available)}</bdi>
          </b>
          {!/^-?[0.]*$/.test(held.amount) && (
            <span className="quiet">{words('wallet.held', { amount: moneyText(held) })}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Tickets({ tickets }: Pick<DeskWalletCard, 'tickets'>) {
  const words = useWords();
  return (
    <Several title={words('wallet.tickets')} count={tickets.length}>
      {tickets.map(({ id, type, state, openedAtMs }) => (
        <li key={id} className="movement">
          <div>
            <Copyable text={id} />
            <State state={state} />
          </div>
          <div className="quiet">
            <span>{nameOf('ticket_type', type)}</span>
            <When atMs={openedAtMs} />
          </div>
        </li>
      ))}
    </Several>
  );
}

function Transactions({ transactions }: Pick<DeskWalletCard, 'transactions'>) {
  const words = useWords();
  return (
    <Several title={words('wallet.transactions')} count={transactions.length}>
      {transactions.map((each) => (
        <li key={each.id} className="movement">
          <div>
            <b dir="auto">{each.counterparty}</b>
            {each.amount && <bdi className="amount">{moneyText(each.amount)}</bdi>}
          </div>
          <div className="quiet">
            <span>
              {nameOf('kind', each.kind)} · {nameOf('method', each.method)}
            </span>
            <When atMs={each.atMs} />
          </div>
          <div className="quiet">
            <Copyable text={each.id} />
            <State state={each.state} />
          </div>
          {each.failureReason !== null && (
            <p className="movement-why">{nameOf('failure', each.failureReason)}</p>
          )}
        </li>
      ))}
    </Several>
  );
}

function Withdrawals({ withdrawals }: Pick<DeskWalletCard, 'withdrawals'>) {
  const words = useWords();
  return (
    <Several title={words('wallet.withdrawals')} count={withdrawals.length}>
      {withdrawals.map((each) => (
        <li key={each.id} className="movement">
          <div>
            <b dir="auto">
              {each.bank} <bdi>···{each.accountTail}</bdi>
            </b>
            {each.amount && <bdi className="amount">{moneyText(each.amount)}</bdi>}
          </div>
          <div className="quiet">
            <Copyable text={each.id} />
            <span>
              {each.overdue && <span className="pill pill-bad">{words('wallet.overdue')}</span>}{' '}
              <State state={each.state} />
            </span>
          </div>
          {each.failureReason !== null && (
            <p className="movement-why">{nameOf('failure', each.failureReason)}</p>
          )}
        </li>
      ))}
    </Several>
  );
}

function When({ atMs }: { readonly atMs: number }) {
  return <time title={fullTime(atMs)}>{shortWhen(atMs, serviceNowMs())}</time>;
}

/** The first few, and the others when they are asked for. */
function Several({
  title,
  count,
  children,
}: {
  readonly title: string;
  readonly count: number;
  readonly children: readonly ReactNode[];
}) {
  const words = useWords();
  if (count === 0) return null;
  return (
    <section>
      <h3>{title}</h3>
      <ul className="movements">{children.slice(0, shownFirst)}</ul>
      {count > shownFirst && (
        <details className="rest">
          <summary>{words('panel.more', { count: count - shownFirst })}</summary>
          <ul className="movements">{children.slice(shownFirst)}</ul>
        </details>
      )}
    </section>
  );
}
