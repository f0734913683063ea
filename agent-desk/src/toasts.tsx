import type { ReactElement } from 'react';
import { CloseIcon } from './icons.tsx';
import { dismiss, useUi } from './ui.ts';
import { useWords } from './words.ts';

/** Short news; read out to those who listen, and gone by itself. */
export function Toasts(): ReactElement {
  const words = useWords();
  const toasts = useUi((ui) => ui.toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map(({ id, tone, text }) => (
        <div key={id} className={`toast toast-${tone}`}>
          <span>{text}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={words('action.dismiss')}
            onClick={() => dismiss(id)}
          >
            <CloseIcon />
          </button>
        </div>
      ))}
    </div>
  );
}
