import { customerText } from '../customer-name.tsx';
import { Combobox, ComboboxItem, ComboboxList, ComboboxProvider } from '@ariakit/react/combobox';
import { Dialog } from '@ariakit/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { api } from '../api.ts';
import { goTo } from '../conversation-acts.ts';
import { SearchIcon } from '../icons.tsx';
import { nameOf, useWords } from '../words.ts';
import type { Words } from '../words.ts';
import { currentRows } from '../lists.ts';
import { canRun, commands } from './commands.ts';
import type { Command, Place } from './commands.ts';
import { fuzzyScore } from './fuzzy.ts';
import { KeyCaps } from './key-caps.tsx';

interface Item {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
  readonly keys: string;
  readonly run: () => void;
}

/** Rows drawn at a time; more letters narrow them down. */
const shownMax = 12;
/** Commands used last, first when nothing is typed; of this page's life. */
const recent: string[] = [];
const recentMax = 5;

/** Everything that can be done here and now, found by some of its letters; then conversations. */
export default function Palette({
  place,
  close,
}: {
  readonly place: Place;
  readonly close: () => void;
}): ReactElement {
  const words = useWords();
  const [value, setValue] = useState('');
  const asked = useDeferredValue(value.trim());
  const known = useMemo(() => itemsOf(place, words), [place, words]);
  const found = useFound(asked);
  const items = [...ranked(known, asked), ...found].slice(0, shownMax);
  function chosen(item: Item): void {
    close();
    // After the dialog has given the focus back, so that what is done may take it.
    requestAnimationFrame(() => requestAnimationFrame(item.run));
    remember(item.id);
  }
  return (
    <Dialog
      open
      onClose={close}
      className="dialog palette"
      backdrop={<div className="backdrop" />}
      aria-label={words('palette.title')}
    >
      <ComboboxProvider open setOpen={() => undefined} value={value} setValue={setValue} focusLoop>
        <div className="palette-top">
          <SearchIcon />
          <Combobox
            autoSelect="always"
            autoFocus
            placeholder={words('palette.hint')}
            aria-label={words('palette.title')}
            className="palette-field"
          />
        </div>
        <ComboboxList alwaysVisible className="palette-list" aria-label={words('palette.title')}>
          {items.map((item) => (
            <ComboboxItem
              key={item.id}
              id={`palette-${item.id}`}
              className="palette-item"
              hideOnClick={false}
              setValueOnClick={false}
              onClick={() => chosen(item)}
            >
              <span>{item.label}</span>
              <small>{item.detail}</small>
              {item.keys !== '' && (
                <span className="palette-keys" aria-hidden="true">
                  <KeyCaps keys={item.keys} />
                </span>
              )}
            </ComboboxItem>
          ))}
        </ComboboxList>
        {items.length === 0 && <p className="palette-none">{words('palette.nothing')}</p>}
      </ComboboxProvider>
    </Dialog>
  );
}

function remember(id: string): void {
  const at = recent.indexOf(id);
  if (at >= 0) recent.splice(at, 1);
  recent.unshift(id);
  recent.length = Math.min(recent.length, recentMax);
}

/** What can be done with the open conversation comes first. */
function itemsOf(place: Place, words: Words): readonly Item[] {
  const rank = (command: Command) =>
    ['conversation', 'writing', 'offers', 'lists', 'anywhere'].indexOf(command.group);
  const doable = commands
    .filter((command) => command.keysOnly !== true && canRun(command, place))
    .toSorted((a, b) => rank(a) - rank(b))
    .map((command): Item => {
      const { id, group, keys } = command;
      const label = words(`keys.${id}`);
      const run = () => command.run(place);
      return { id, label, detail: words(`keys.${group}`), keys, run };
    });
  const rows = currentRows()
    .slice(0, 200)
    .map((row): Item => ({
      id: `row-${row.conv}`,
      label: customerText(row, words),
      detail: [
        row.reason === null ? row.conv : nameOf('topic', row.reason),
        ...(row.customerName === undefined ? [] : [row.customerId ?? '']),
      ].join(' · '),
      keys: '',
      run: () => goTo(place.list === 'search' ? 'queue' : place.list, row.conv),
    }));
  return [...doable, ...rows];
}

function ranked(items: readonly Item[], asked: string): readonly Item[] {
  if (asked === '') {
    const last = recent.flatMap((id) => items.find((item) => item.id === id) ?? []);
    return [...last, ...items.filter((item) => !last.includes(item))];
  }
  return items
    .map((item) => ({ item, score: fuzzyScore(asked, `${item.label} ${item.detail}`) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** Conversations anywhere, asked of the service from the third letter on. */
function useFound(asked: string): readonly Item[] {
  const words = useWords();
  const { data } = useQuery({
    queryKey: ['palette', asked],
    queryFn: () => api.search(asked, null),
    enabled: asked.length > 2,
    staleTime: 30_000,
  });
  return (data?.hits ?? []).map((hit) => ({
    id: `hit-${hit.conv}`,
    label: customerText(hit, words),
    detail: hit.excerpt,
    keys: '',
    run: () => goTo('search', hit.conv),
  }));
}
