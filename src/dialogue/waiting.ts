import { current, say, type Draft } from './draft.ts';
import { requested, type Heard } from './heard.ts';
import { noteForAgents } from './ladder.ts';

/** "Hello?" from somebody who waits asks whether they are forgotten; a yes or no is for the person who comes. */
export function meanwhile(draft: Draft, heard: Heard): boolean {
  if (current(draft) || draft.state.pending !== null) return false;
  const intent = requested(heard);
  if (intent === 'greet') say(draft, 'handoff.already_queued');
  else if (intent === 'affirm' || intent === 'deny') noteForAgents(draft);
  else return false;
  return true;
}

/** While the customer waits for a person, an answer says first that it is the bot's. */
export function markAsBot(draft: Draft): void {
  const [first] = draft.says;
  const isOwn = first?.type === 'text' && first.key.startsWith('handoff.');
  if (!first || isOwn || draft.state.lastKeys.includes('handoff.bot_note')) return;
  say(draft, 'handoff.bot_note');
  const note = draft.says.pop();
  if (note) draft.says.unshift(note);
}
