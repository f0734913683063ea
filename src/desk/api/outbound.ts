import type { RequestHandler } from 'express';
import { checkOutbound } from '../../handoff/index.ts';
import { deskCommandSchema } from '../../protocol/index.ts';
import { maskCards } from '../../turn/index.ts';
import { WordsRefused } from '../border.ts';

/**
 * Stands before the commands: a reply that asks for a secret goes no further, and card numbers are masked in replies and notes
 * as they are in what customers send. Whatever is not a command is left to the route to refuse.
 */
export const outboundGuard: RequestHandler = (request, _response, next) => {
  const parsed = deskCommandSchema.safeParse(request.body);
  if (parsed.success) {
    const command = parsed.data;
    if (command.type === 'say') {
      const checked = checkOutbound(command.text);
      if (!checked.ok) throw new WordsRefused(checked.asksFor);
    }
    if (command.type === 'say' || command.type === 'note') {
      request.body = { ...command, text: maskCards(command.text) };
    }
  }
  next();
};
