import { api, asApiError } from './api.ts';
import { errorText } from './errors.ts';
import { toast, useUi } from './ui.ts';
import { currentWords as words } from './words.ts';

/** Says whether this agent is there for new conversations. */
export async function choosePresence(status: 'available' | 'away'): Promise<void> {
  try {
    const presence = await api.choosePresence(status);
    useUi.setState({ presence });
    toast('plain', words(`presence.told.${status}`));
  } catch (error) {
    toast('bad', errorText(asApiError(error)));
  }
}

export function togglePresence(): Promise<void> {
  const isAvailable = useUi.getState().presence?.status === 'available';
  return choosePresence(isAvailable ? 'away' : 'available');
}
