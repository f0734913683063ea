import { Fragment } from 'react';
import type { ReactElement } from 'react';
import { useWords } from '../words.ts';

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);
const caps: { readonly [part: string]: string } = {
  mod: isApple ? '⌘' : 'Ctrl',
  shift: isApple ? '⇧' : 'Shift',
  enter: 'Enter',
  backspace: isApple ? '⌫' : 'Backspace',
  esc: 'Esc',
};

/** `g q` as two keys one after the other, `mod+k` as two together. */
export function KeyCaps({ keys }: { readonly keys: string }): ReactElement {
  const words = useWords();
  return (
    <>
      {keys.split(' ').map((step, index) => (
        <Fragment key={index}>
          {index > 0 && <span className="quiet">{words('keys.then')}</span>}
          {step.split('+').map((part) => (
            <kbd key={part}>{caps[part] ?? part.toUpperCase()}</kbd>
          ))}
        </Fragment>
      ))}
    </>
  );
}
