import type { RequestHandler } from 'express';
import { parseConversationId } from '../../core/index.ts';
import { checkOutboundAfter, outboundLookBack } from '../../handoff/index.ts';
import { deskCommandSchema } from '../../protocol/index.ts';
import type { DeskCommand } from '../../protocol/index.ts';
import { maskCards } from '../../turn/index.ts';
import { WordsRefused } from '../border.ts';
import { signedIn } from '../session.ts';
import type { ApiDeps } from './deps.ts';

/** Events read to find the agent's last words: some ten turns of both sides. */
const lookBackEvents = 60;

/**
 * Stands before the commands: a reply that asks for a secret goes no further, be it spread over the agent's last messages, and
 * card numbers are masked in replies and notes as they are in what customers send. Whatever is not a command is left to the
 * route to refuse.
 */
export function outboundGuard(deps: ApiDeps): RequestHandler {
  return async (request, _response, next) => {
    // Strangers are told that they are, and nothing about their words.
    const { agent } = await signedIn(request, { agents: deps.api.accounts });
    const parsed = deskCommandSchema.safeParse(request.body);
    if (parsed.success) {
      const command = parsed.data;
      if (command.type === 'say') {
        const former = await lastWords(deps, request.params['conv'], agent.agentId);
        checkWords(command, former);
      }
      request.body = masked(command);
    }
    next();
  };
}

type Say = Extract<DeskCommand, { type: 'say' }>;

interface Words {
  readonly cid: string;
  readonly text: string;
}

/** What this agent said last in the conversation, oldest first. */
async function lastWords(
  { store }: ApiDeps,
  conv: unknown,
  agentId: string,
): Promise<readonly Words[]> {
  const id = parseConversationId(conv);
  const stored = id && (await store.conversations.load(id));
  if (!stored) return [];
  const after = Math.max(0, stored.version - lookBackEvents);
  const events = await store.conversations.readAll(stored.id, after, lookBackEvents);
  return events
    .flatMap(({ event }) => (event.type === 'agent.said' ? [event] : []))
    .filter((event) => event.agentId === agentId)
    .slice(-outboundLookBack - 1);
}

/** Faults: words_refused. A reply that is sent again under its id is not held against itself. */
function checkWords({ cid, text }: Say, former: readonly Words[]): void {
  const isRepeat = former.some((one) => one.cid === cid);
  const before = isRepeat ? [] : former.map((one) => one.text);
  const outbound = checkOutboundAfter(text, before);
  if (!outbound.ok) throw new WordsRefused(outbound.asksFor);
}

function masked(command: DeskCommand): DeskCommand {
  if (command.type !== 'say' && command.type !== 'note') return command;
  return { ...command, text: maskCards(command.text) };
}
