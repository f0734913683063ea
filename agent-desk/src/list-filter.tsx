import type { ReactElement } from 'react';
import { focusSoon } from './focus.ts';
import { languageName } from './format.ts';
import { FilterIcon } from './icons.tsx';
import { everything } from './lists.ts';
import type { Narrowed } from './lists.ts';
import type { DeskListName } from './protocol.ts';
import { useUi } from './ui.ts';
import { useWorkspace } from './workspace.ts';
import { nameOf, useWords } from './words.ts';

interface FilterProps {
  readonly list: DeskListName;
  readonly narrowed: Narrowed;
  readonly choose: (narrowed: Narrowed) => void;
}

/** Opens the choices; says by its look, and in words, that something is chosen. */
export function FilterButton({ narrowed }: Pick<FilterProps, 'narrowed'>): ReactElement {
  const words = useWords();
  const open = useUi((ui) => ui.filterOpen);
  const chosen = Object.keys(narrowed).length;
  const name = words(chosen === 0 ? 'filter.open' : 'filter.chosen', { count: chosen });
  return (
    <button
      type="button"
      className={chosen === 0 ? 'icon-button' : 'icon-button filter-on'}
      aria-expanded={open}
      aria-controls="list-filter"
      aria-label={name}
      title={`${name} (V)`}
      onClick={toggleFilter}
    >
      <FilterIcon />
    </button>
  );
}

export function toggleFilter(): void {
  const open = !useUi.getState().filterOpen;
  useUi.setState({ filterOpen: open });
  focusSoon(open ? '#list-filter select' : '#rows');
}

/** What the list is narrowed to; a choice that would leave nothing out is not offered. */
export function Filter({ list, narrowed, choose }: FilterProps): ReactElement | null {
  const words = useWords();
  const open = useUi((ui) => ui.filterOpen);
  const workspace = useWorkspace();
  if (!open) return null;
  const { queues = [], languages = [], channels = [], tags = [] } = workspace ?? {};
  const hasTeams = list === 'queue' || list === 'team';
  const set = (part: keyof Narrowed) => (value: string) => {
    const { [part]: _former, ...others } = narrowed;
    const next = value === '' ? others : { ...others, [part]: value };
    choose(Object.keys(next).length === 0 ? everything : next);
  };
  return (
    <div id="list-filter" className="list-filter" role="group" aria-label={words('filter.open')}>
      {hasTeams && queues.length > 1 && (
        <Choice
          name={words('list.team_filter')}
          all={words('list.everyTeam')}
          value={narrowed.queue}
          choices={queues.map(({ id, name }) => [id, name])}
          choose={set('queue')}
        />
      )}
      <Choice
        name={words('filter.language')}
        all={words('filter.everyLanguage')}
        value={narrowed.language}
        choices={languages.map((tag) => [tag, languageName(tag)])}
        choose={set('language')}
      />
      {channels.length > 1 && (
        <Choice
          name={words('filter.channel')}
          all={words('filter.everyChannel')}
          value={narrowed.channel}
          choices={channels.map((id) => [id, nameOf('channel', id)])}
          choose={set('channel')}
        />
      )}
      {tags.length > 0 && (
        <Choice
          name={words('filter.tag')}
          all={words('filter.everyTag')}
          value={narrowed.tag}
          choices={tags.map((tag) => [tag, tag])}
          choose={set('tag')}
        />
      )}
      {narrowed !== everything && (
        <button
          type="button"
          className="link"
          onClick={() => {
            choose(everything);
            focusSoon('#list-filter select');
          }}
        >
          {words('filter.clear')}
        </button>
      )}
    </div>
  );
}

function Choice({
  name,
  all,
  value,
  choices,
  choose,
}: {
  readonly name: string;
  readonly all: string;
  readonly value: string | undefined;
  readonly choices: readonly (readonly [string, string])[];
  readonly choose: (value: string) => void;
}) {
  return (
    <select
      className={value === undefined ? 'filter-choice' : 'filter-choice filter-on'}
      aria-label={name}
      value={value ?? ''}
      onChange={(event) => choose(event.target.value)}
    >
      <option value="">{all}</option>
      {choices.map(([id, label]) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </select>
  );
}
