import type { RequestHandler } from 'express';
import { checkOutbound } from '../../handoff/index.ts';
import { deskCommandSchema } from '../../protocol/index.ts';
import type { DeskCommand } from '../../protocol/index.ts';
import { maskCards } from '../../turn/index.ts';
import { WordsRefused } from '../border.ts';
import { signedIn } from '../session.ts';
import type { ApiDeps } from './deps.ts';

/**
 * Stands before the commands: a reply that asks for a secret goes no further, and card numbers are masked in replies and notes
 * as they are in what customers send. Whatever is not a command is left to the route to refuse.
 */
export function outboundGuard({ api }: ApiDeps): RequestHandler {
  return async (request, _response, next) => {
    // Strangers are told that they are, and nothing about their words.
    await signedIn(request, { agents: api.accounts });
    const parsed = deskCommandSchema.safeParse(request.body);
    if (parsed.success) request.body = checked(parsed.data);
    next();
  };
}

/** The command as it may go on. Faults: words_refused. */
function checked(command: DeskCommand): DeskCommand {
  if (command.type === 'say') {
    const outbound = checkOutbound(command.text);
    if (!outbound.ok) throw new WordsRefused(outbound.asksFor);
  }
  if (command.type !== 'say' && command.type !== 'note') return command;
  return { ...command, text: maskCards(command.text) };
}
