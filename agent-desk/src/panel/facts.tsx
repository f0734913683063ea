import { useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { CopyIcon, TickIcon } from '../icons.tsx';
import { useWords } from '../words.ts';

export function Fact({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Pressed, it is on the clipboard. */
export function Copyable({
  text,
  strong = false,
}: {
  readonly text: string;
  readonly strong?: boolean;
}): ReactElement {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <button
      type="button"
      className={`copy${strong ? ' copy-strong' : ''}`}
      title={words(copied ? 'action.copied' : 'action.copy')}
      onClick={() => void copy().catch(() => undefined)}
    >
      <span>{text}</span>
      {copied ? <TickIcon /> : <CopyIcon />}
    </button>
  );
}
