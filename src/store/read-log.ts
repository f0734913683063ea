import type { ConversationId } from '../core/index.ts';
import type { LoggedEvent } from '../dialogue/index.ts';
import type { ConversationStore } from './ports.ts';

const pageLength = 500;

/** The whole log of one conversation: for commands and upkeep, never for a turn. */
export async function readWholeLog(
  conversations: Pick<ConversationStore, 'readAll'>,
  id: ConversationId,
): Promise<readonly LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (;;) {
    const page = await conversations.readAll(id, events.at(-1)?.pos ?? 0, pageLength);
    events.push(...page);
    if (page.length < pageLength) return events;
  }
}
