import { useState } from 'react';
import type { ReactElement } from 'react';
import { command } from '../commands.ts';
import { sendNote } from '../outbox.ts';
import type { DeskHead } from '../protocol.ts';
import { useWorkspace } from '../workspace.ts';
import { useWords } from '../words.ts';
import { AskDialog } from './frame.tsx';
import { Targets } from './transfer-dialog.tsx';

interface Overseen {
  readonly conv: string;
  readonly head: DeskHead;
}

const priorities = ['security', 'money', 'normal'] as const;

/** Where a waiting conversation goes, changed by hand. What is not changed stays. */
export function RerouteDialog({ conv, head }: Overseen): ReactElement {
  const words = useWords();
  const queues = useWorkspace()?.queues ?? [];
  const [queue, setQueue] = useState(head.queue ?? '');
  const [priority, setPriority] = useState<string>(head.priority ?? 'normal');
  const [agent, setAgent] = useState('');
  const newPriority = priorities.find((each) => each === priority && each !== head.priority);
  const newQueue = queue !== (head.queue ?? '') && queue !== '';
  return (
    <AskDialog
      name="reroute"
      title={words('reroute.title')}
      submitLabel={words('reroute.submit')}
      disabled={!newQueue && !newPriority && agent === ''}
      submit={() =>
        command(conv, {
          type: 'reroute',
          ...(newQueue && { queue }),
          ...(newPriority && { priority: newPriority }),
          ...(agent !== '' && { agentId: agent.slice('agent:'.length) }),
        })
      }
    >
      <div className="field-row">
        <label className="field">
          {words('panel.team')}
          <select value={queue} onChange={(event) => setQueue(event.target.value)}>
            {queues.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          {words('panel.priority')}
          <select value={priority} onChange={(event) => setPriority(event.target.value)}>
            {priorities.map((each) => (
              <option key={each} value={each}>
                {words(`priority.${each}`)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className="dialog-part">{words('reroute.agent')}</p>
      <Targets chosen={agent} choose={setAgent} teams={false} />
    </AskDialog>
  );
}

/** A word to the agent who has it; the customer never sees it. */
export function WhisperDialog({ conv, head }: Overseen): ReactElement {
  const words = useWords();
  const [text, setText] = useState('');
  return (
    <AskDialog
      name="whisper"
      title={words('whisper.title', { name: head.agentName ?? '' })}
      submitLabel={words('whisper.submit')}
      disabled={text.trim() === ''}
      submit={async () => {
        await sendNote(conv, text.trim(), true);
        return true;
      }}
    >
      <label className="field">
        {words('whisper.hint')}
        <textarea
          rows={3}
          maxLength={4000}
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
      </label>
    </AskDialog>
  );
}
