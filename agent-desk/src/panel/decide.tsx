import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { api, asApiError } from '../api.ts';
import { supervises } from '../conversation-acts.ts';
import { errorText } from '../errors.ts';
import { countdown } from '../format.ts';
import { queries } from '../lists.ts';
import { useMe } from '../me.ts';
import type { DeskActionRecord } from '../protocol.ts';
import { toast, useUi } from '../ui.ts';
import { useWords } from '../words.ts';

/** The second person's yes or no, with a reason; whoever asked only sees that it is waited for. */
export function Decide({ record }: { readonly record: DeskActionRecord }): ReactElement {
  const words = useWords();
  const me = useMe();
  const nowMs = useUi((ui) => ui.nowMs);
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const left = record.expiresAtMs === null ? '' : countdown(record.expiresAtMs - nowMs);
  const why = record.approvalFor.map((each) => words(`approval.${each}`)).join(', ');
  if (!supervises(me) || record.agentId === me.agentId) {
    return <p className="quiet">{words('act_panel.waits', { why, left })}</p>;
  }
  async function decide(approve: boolean): Promise<void> {
    setBusy(true);
    try {
      await api.decideAction(record.conv, record.requestId, { approve, reason: reason.trim() });
      toast('plain', words(approve ? 'act_panel.approved' : 'act_panel.declined'));
    } catch (error) {
      toast('bad', errorText(asApiError(error)));
    } finally {
      setBusy(false);
      void queries.invalidateQueries({ queryKey: ['actions', record.conv] });
      void queries.invalidateQueries({ queryKey: ['approvals'] });
    }
  }
  const ready = reason.trim().length >= 3 && !busy;
  return (
    <form
      className="decide"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (ready) void decide(true);
      }}
    >
      <p className="quiet">{words('act_panel.needs', { why, left })}</p>
      <input
        value={reason}
        maxLength={500}
        placeholder={words('act_panel.reasonHint')}
        aria-label={words('act_panel.reason')}
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="decide-acts">
        <button
          type="button"
          className="button"
          disabled={!ready}
          onClick={() => void decide(false)}
        >
          {words('act_panel.decline')}
        </button>
        <button type="submit" className="button button-primary" disabled={!ready}>
          {words('act_panel.approve')}
        </button>
      </div>
    </form>
  );
}
