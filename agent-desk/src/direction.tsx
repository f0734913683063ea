import type { ReactElement } from 'react';

const letters = /\p{L}/gu;
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}]/gu;

/**
 * Which way a text runs by most of its letters: by the first alone, as `dir="auto"` has it, an Arabic sentence that
 * begins with a Latin name would run the wrong way. Nothing where there are none: then it runs as what is around it.
 */
export function directionOf(text: string): { dir?: 'rtl' | 'ltr' } {
  const all = text.match(letters)?.length ?? 0;
  if (all === 0) return {};
  const right = text.match(rightToLeft)?.length ?? 0;
  // Names, numbers and addresses are Latin in any language: a third of Arabic letters makes an Arabic text.
  return { dir: right * 3 >= all ? 'rtl' : 'ltr' };
}

/** Words of the customer's language among the desk's: neither turns the other around. */
export function Isolated({
  text,
  className,
}: {
  readonly text: string;
  readonly className?: string;
}): ReactElement {
  return (
    <bdi {...directionOf(text)} className={className}>
      {text}
    </bdi>
  );
}
