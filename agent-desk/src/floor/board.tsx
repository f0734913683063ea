import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { api } from '../api.ts';
import { accept, goTo, takeOver } from '../conversation-acts.ts';
import { directionOf } from '../direction.tsx';
import { languageTag, shortSpan } from '../format.ts';
import { EyeIcon, PersonIcon } from '../icons.tsx';
import { useMe } from '../me.ts';
import type { DeskRow } from '../protocol.ts';
import { useUi } from '../ui.ts';
import { CustomerText } from '../customer-name.tsx';
import { nameOf, useWords } from '../words.ts';

const refreshMs = 3000;
const kinds = ['bot', 'team'] as const;
type Kind = (typeof kinds)[number];

/** Conversations that are going on, those most likely to need a person first; watched or taken from here. */
export function Board(): ReactElement {
  const words = useWords();
  const [kind, setKind] = useState<Kind>('bot');
  const { data } = useQuery({
    queryKey: ['floor', 'board', kind],
    queryFn: () => api.list(kind, null, {}),
    refetchInterval: refreshMs,
  });
  // The service ranks the bot's; agents' own come by time.
  const rows = (data?.rows ?? []).toSorted((a, b) => b.risk - a.risk);
  return (
    <section className="floor-board" aria-label={words('floor.board')}>
      <header className="board-head">
        <h2>{words('floor.board')}</h2>
        <div className="modes" role="group" aria-label={words('floor.board')}>
          {kinds.map((each) => (
            <button
              key={each}
              type="button"
              className="mode mode-reply"
              aria-pressed={kind === each}
              onClick={() => setKind(each)}
            >
              {words(`floor.${each}`)}
            </button>
          ))}
        </div>
      </header>
      {data && rows.length === 0 && <p className="quiet">{words(`list.empty.${kind}`)}</p>}
      <ol className="board">
        {rows.map((row) => (
          <BoardRow key={row.conv} row={row} kind={kind} />
        ))}
      </ol>
    </section>
  );
}

function BoardRow({ row, kind }: { readonly row: DeskRow; readonly kind: Kind }) {
  const words = useWords();
  const me = useMe();
  const nowMs = useUi((ui) => ui.nowMs);
  const level = row.risk >= 70 ? 'high' : row.risk >= 40 ? 'middle' : 'low';
  const take = () => void (kind === 'bot' ? accept(row.conv) : takeOver(row.conv));
  return (
    <li className="board-row" data-conv={row.conv}>
      <span className={`risk-bar risk-${level}`} title={words('row.risk', { risk: row.risk })}>
        <span className="unseen">{words('row.risk', { risk: row.risk })}</span>
        <span aria-hidden="true">{row.risk}</span>
      </span>
      <div className="board-main">
        <b>
          <CustomerText row={row} />
        </b>
        <span className="tag">{languageTag(row.language)}</span>
        {row.reason !== null && <span className="quiet">{nameOf('topic', row.reason)}</span>}
        {row.agentName !== null && <span className="mark">{row.agentName}</span>}
        <p {...directionOf(row.preview ?? '')}>{row.preview}</p>
      </div>
      <time className="quiet">{shortSpan(nowMs - row.lastAtMs)}</time>
      <button
        type="button"
        className="button"
        title={words('floor.watch')}
        onClick={() => goTo(kind, row.conv)}
      >
        <EyeIcon />
        {words('floor.watch')}
      </button>
      <button
        type="button"
        className="button"
        disabled={row.agentId === me.agentId}
        title={words('action.takeOver')}
        onClick={take}
      >
        <PersonIcon />
        {words('action.takeOver')}
      </button>
    </li>
  );
}
