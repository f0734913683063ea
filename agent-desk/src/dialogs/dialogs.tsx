import { Suspense, lazy } from 'react';
import type { ReactElement } from 'react';
import type { Place } from '../keys/commands.ts';
import { openDialog, useUi } from '../ui.ts';
import { CloseDialog } from './close-dialog.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import { ReturnDialog } from './return-dialog.tsx';
import { SnoozeDialog } from './snooze-dialog.tsx';
import { RerouteDialog, WhisperDialog } from './supervisor-dialogs.tsx';
import { TransferDialog } from './transfer-dialog.tsx';

const Palette = lazy(() => import('../keys/palette.tsx'));
const AccountActionDialog = lazy(() => import('../panel/account-action-dialog.tsx'));

/** Whatever lies above the page; one at a time, each mounted only while it is open so that it begins afresh. */
export function Dialogs({ place }: { readonly place: Place }): ReactElement {
  const dialog = useUi((ui) => ui.dialog);
  const { list, conv, head } = place;
  return (
    <Suspense>
      {dialog === 'keys' && <KeysDialog place={place} />}
      {dialog === 'palette' && <Palette place={place} close={() => openDialog('none')} />}
      {conv !== null && (
        <>
          {dialog === 'close' && <CloseDialog list={list} conv={conv} />}
          {dialog === 'transfer' && <TransferDialog list={list} conv={conv} />}
          {dialog === 'snooze' && <SnoozeDialog list={list} conv={conv} />}
          {dialog === 'return' && <ReturnDialog list={list} conv={conv} />}
          {dialog === 'reroute' && head && <RerouteDialog conv={conv} head={head} />}
          {dialog === 'whisper' && head && <WhisperDialog conv={conv} head={head} />}
          {dialog === 'account_action' && <AccountActionDialog conv={conv} />}
        </>
      )}
    </Suspense>
  );
}
