import { useId } from 'react';
import type { ReactElement } from 'react';
import { dispositionLabel, useWorkspace } from './workspace.ts';
import { useWords } from './words.ts';

/** How it ended, as the operator's list has it. `compact`: side by side. */
export function Dispositions({
  chosen,
  choose,
  compact = false,
}: {
  readonly chosen: string;
  readonly choose: (id: string) => void;
  readonly compact?: boolean;
}): ReactElement {
  const words = useWords();
  const name = useId();
  const dispositions = useWorkspace()?.dispositions ?? [];
  return (
    <fieldset className={compact ? 'dispositions dispositions-compact' : 'dispositions'}>
      <legend className={compact ? 'unseen' : undefined}>{words('close.how')}</legend>
      {dispositions.map((each, index) => (
        <label key={each.id} className="disposition">
          <input
            type="radio"
            name={name}
            value={each.id}
            checked={chosen === each.id}
            autoFocus={!compact && (chosen === '' ? index === 0 : chosen === each.id)}
            onChange={() => choose(each.id)}
          />
          <span>{dispositionLabel(each)}</span>
        </label>
      ))}
    </fieldset>
  );
}
