import { useId, useState } from 'react';
import type { KeyboardEvent, ReactElement } from 'react';
import { letGo } from '../conversation-acts.ts';
import { languageTag } from '../format.ts';
import { useMe } from '../me.ts';
import type { DeskPresence } from '../protocol.ts';
import { useUi } from '../ui.ts';
import type { OpenAt } from '../ui.ts';
import { usePresences, useWorkspace } from '../workspace.ts';
import { useWords } from '../words.ts';
import { AskDialog } from './frame.tsx';

/** Whom it may go to: `agent:<id>` or `queue:<id>`. */
type Target = `agent:${string}` | `queue:${string}`;

const order = { available: 0, away: 1, offline: 2 } as const;

/** Passes it to a colleague, to whom it is offered first, or to a team; the note is for whoever takes it. */
export function TransferDialog({ list, conv }: OpenAt): ReactElement {
  const words = useWords();
  const [chosen, setChosen] = useState<Target | ''>('');
  const [note, setNote] = useState('');
  return (
    <AskDialog
      name="transfer"
      title={words('transfer.title')}
      submitLabel={words('transfer.submit')}
      disabled={chosen === ''}
      submit={() => {
        const id = chosen.slice(chosen.indexOf(':') + 1);
        return letGo(list, conv, {
          type: 'transfer',
          to: chosen.startsWith('queue:') ? { queue: id } : { agentId: id },
          ...(note.trim() !== '' && { note: note.trim() }),
        });
      }}
    >
      <Targets chosen={chosen} choose={setChosen} />
      <label className="field">
        {words('transfer.note')}
        <textarea
          rows={2}
          maxLength={4000}
          value={note}
          placeholder={words('transfer.noteHint')}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
    </AskDialog>
  );
}

export function Targets({
  chosen,
  choose,
  teams = true,
}: {
  readonly chosen: string;
  readonly choose: (target: Target) => void;
  readonly teams?: boolean;
}): ReactElement {
  const words = useWords();
  const name = useId();
  const [filter, setFilter] = useState('');
  const open = useUi((ui) => ui.dialog !== 'none');
  const me = useMe();
  const workspace = useWorkspace();
  const { data } = usePresences(open);
  const fits = (text: string) => text.toLowerCase().includes(filter.trim().toLowerCase());
  const agents = (data?.agents ?? [])
    .filter((agent) => agent.agentId !== me.agentId && fits(agent.name))
    .toSorted((a, b) => order[a.status] - order[b.status]);
  const queues = teams ? (workspace?.queues ?? []).filter((queue) => fits(queue.name)) : [];
  const option = (target: Target, child: ReactElement) => (
    <label key={target} className="target">
      <input
        type="radio"
        name={name}
        value={target}
        checked={chosen === target}
        onChange={() => choose(target)}
      />
      {child}
    </label>
  );
  return (
    <>
      <input
        className="target-filter"
        type="search"
        autoFocus
        value={filter}
        placeholder={words('transfer.filter')}
        aria-label={words('transfer.filter')}
        onChange={(event) => setFilter(event.target.value)}
        onKeyDown={intoTargets}
      />
      <div className="targets" role="radiogroup" aria-label={words('transfer.to')}>
        {agents.map((agent) => option(`agent:${agent.agentId}`, <AgentTarget agent={agent} />))}
        {queues.map((queue) =>
          option(
            `queue:${queue.id}`,
            <span>
              {queue.name} <small>{words('transfer.team')}</small>
            </span>,
          ),
        )}
        {agents.length + queues.length === 0 && <p className="quiet">{words('transfer.nobody')}</p>}
      </div>
    </>
  );
}

/** From the filter the first one is taken with the arrow down, or with Enter when only one is left. */
function intoTargets(event: KeyboardEvent<HTMLInputElement>): void {
  const all = event.currentTarget.form?.querySelectorAll<HTMLInputElement>('.targets input') ?? [];
  const first = all[0];
  if (
    !first ||
    (event.key !== 'ArrowDown' &&
      !(event.key === 'Enter' && !first.form?.querySelector('.targets input:checked')))
  )
    return;
  event.preventDefault();
  first.focus();
  first.click();
}

function AgentTarget({ agent }: { readonly agent: DeskPresence }) {
  const words = useWords();
  return (
    <span>
      <i className={`presence-dot presence-${agent.status}`} aria-hidden="true" />
      {agent.name}{' '}
      <small>
        {words(`presence.${agent.status}`)} ·{' '}
        {words('presence.load', { load: agent.load, capacity: agent.capacity })}
        {agent.languages.length > 0 && ` · ${agent.languages.map(languageTag).join(' ')}`}
      </small>
    </span>
  );
}
