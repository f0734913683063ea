import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react/dialog';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { close, openDialog } from './conversation-acts.ts';
import { CloseIcon } from './icons.tsx';
import type { DeskListName } from './protocol.ts';
import { useSettings } from './settings.ts';
import { dispositions } from './status.ts';
import { useUi } from './ui.ts';
import { useWords } from './words.ts';

/** How a conversation ended, asked before it is closed. */
export function CloseDialog({
  list,
  conv,
}: {
  readonly list: DeskListName;
  readonly conv: string;
}): ReactElement {
  const words = useWords();
  const open = useUi((ui) => ui.dialog === 'close');
  const [chosen, setChosen] = useState<string>(dispositions[0]);
  function submit(event: FormEvent): void {
    event.preventDefault();
    openDialog('none');
    void close(list, conv, chosen);
  }
  return (
    <Dialog
      open={open}
      onClose={() => openDialog('none')}
      className="dialog"
      backdrop={<div className="backdrop" />}
      unmountOnHide
    >
      <form onSubmit={submit}>
        <DialogHeading className="dialog-title">{words('close.title')}</DialogHeading>
        <fieldset className="dispositions">
          <legend>{words('close.how')}</legend>
          {dispositions.map((each) => (
            <label key={each} className="disposition">
              <input
                type="radio"
                name="disposition"
                value={each}
                checked={chosen === each}
                autoFocus={chosen === each}
                onChange={() => setChosen(each)}
              />
              <span>
                {words(`close.${each}`)}
                <small>{words(`close.${each}Hint`)}</small>
              </span>
            </label>
          ))}
        </fieldset>
        <div className="dialog-acts">
          <DialogDismiss className="button">{words('action.cancel')}</DialogDismiss>
          <button type="submit" className="button button-primary">
            {words('close.submit')}
            <kbd>Enter</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

type Key = readonly [label: string, ...keys: string[]];

const groups: readonly { readonly name: string; readonly keys: readonly Key[] }[] = [
  {
    name: 'lists',
    keys: [
      ['move', 'J', '/', 'K'],
      ['open', 'Enter'],
      ['goQueue', 'G', '>', 'Q'],
      ['goMine', 'G', '>', 'M'],
      ['goBot', 'G', '>', 'B'],
      ['goClosed', 'G', '>', 'C'],
    ],
  },
  {
    name: 'conversation',
    keys: [
      ['accept', 'A'],
      ['reply', 'R'],
      ['note', 'N'],
      ['return', 'B'],
      ['close', 'E'],
      ['panel', 'I'],
      ['send', 'Enter', '/', 'Ctrl Enter'],
      ['newline', 'Shift Enter'],
    ],
  },
  {
    name: 'anywhere',
    keys: [
      ['back', 'Esc'],
      ['help', '?'],
    ],
  },
];

/** Every key of the desk. */
export function KeysDialog(): ReactElement {
  const words = useWords();
  const open = useUi((ui) => ui.dialog === 'keys');
  const singleKeys = useSettings((settings) => settings.singleKeys);
  return (
    <Dialog
      open={open}
      onClose={() => openDialog('none')}
      className="dialog dialog-wide"
      backdrop={<div className="backdrop" />}
      unmountOnHide
    >
      <header className="dialog-top">
        <DialogHeading className="dialog-title">{words('keys.title')}</DialogHeading>
        <DialogDismiss className="icon-button" aria-label={words('action.dismiss')}>
          <CloseIcon />
        </DialogDismiss>
      </header>
      {!singleKeys && <p className="keys-off">{words('keys.off')}</p>}
      <div className="key-groups">
        {groups.map((group) => (
          <section key={group.name}>
            <h3>{words(`keys.${group.name}`)}</h3>
            <dl>
              {group.keys.map(([label, ...keys]) => (
                <div key={label}>
                  <dt>{words(`keys.${label}`)}</dt>
                  <dd>
                    {keys.map((key, index) => (
                      <KeyPart key={index} part={key} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function KeyPart({ part }: { readonly part: string }) {
  const words = useWords();
  if (part === '/') return <span className="quiet">{words('keys.or')}</span>;
  if (part === '>') return <span className="quiet">{words('keys.then')}</span>;
  return (
    <>
      {part.split(' ').map((each) => (
        <kbd key={each}>{each}</kbd>
      ))}
    </>
  );
}
