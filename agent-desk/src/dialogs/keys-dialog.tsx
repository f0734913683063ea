import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react/dialog';
import type { ReactElement } from 'react';
import { CloseIcon } from '../icons.tsx';
import { commands, groups } from '../keys/commands.ts';
import type { Place } from '../keys/commands.ts';
import { KeyCaps } from '../keys/key-caps.tsx';
import { supervises } from '../conversation-acts.ts';
import { useSettings } from '../settings.ts';
import { openDialog, useUi } from '../ui.ts';
import { useWords } from '../words.ts';

/** Keys that are no commands: they belong to what has the focus. */
const fixed: {
  readonly [group in (typeof groups)[number]]?: readonly (readonly [string, string])[];
} = {
  lists: [['open', 'enter']],
  writing: [
    ['send', 'mod+enter'],
    ['newline', 'shift+enter'],
    ['canned', '/'],
  ],
  anywhere: [['back', 'esc']],
};
const supervisorOnly: ReadonlySet<string> = new Set(['goFloor', 'whisper', 'reroute']);

/** Every key of the desk. */
export function KeysDialog({ place: { agent } }: { readonly place: Place }): ReactElement {
  const words = useWords();
  const open = useUi((ui) => ui.dialog === 'keys');
  const singleKeys = useSettings((settings) => settings.singleKeys);
  const shown = commands.filter(({ id }) => supervises(agent) || !supervisorOnly.has(id));
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
          <section key={group}>
            <h3>{words(`keys.${group}`)}</h3>
            <dl>
              {[
                ...shown
                  .filter((command) => command.group === group)
                  .map(({ id, keys }) => [id, keys] as const),
                ...(fixed[group] ?? []),
              ].map(([id, keys]) => (
                <div key={id}>
                  <dt>{words(`keys.${id}`)}</dt>
                  <dd>
                    <KeyCaps keys={keys} />
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
