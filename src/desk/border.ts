import type { NextFunction, Request, Response } from 'express';
import { Fault, errorCodes } from '../core/index.ts';
import type { ErrorCode } from '../core/index.ts';
import type { DeskLog } from './deps.ts';

/** A refusal that names who has the conversation. */
export class OwnedByOther extends Fault {
  readonly by: string;
  constructor(code: 'already_taken' | 'not_owner', by: string) {
    super(code, ownedText(code, by));
    this.by = by;
  }
}

/** A reply that asks for what staff never ask for; `reason` is which secret. */
export class WordsRefused extends Fault {
  readonly reason: string;
  constructor(reason: string) {
    super(
      'words_refused',
      'Staff never ask for passwords, codes, PINs, seed phrases or card secrets.',
    );
    this.reason = reason;
  }
}

function ownedText(code: 'already_taken' | 'not_owner', by: string): string {
  if (by === '') return 'Accept the conversation before doing this.';
  return code === 'already_taken' ? `${by} has already taken it.` : `${by} has the conversation.`;
}

/** The border of one request: a fault becomes its named reply; anything else is ours to mend and says nothing of itself. */
export function deskBorder(log: DeskLog) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const fault = asFault(error);
    const where = { code: fault.code, path: request.path, method: request.method };
    if (fault.culprit === 'bug') log.error({ ...where, err: error }, 'desk request failed');
    else if (fault.culprit === 'upstream')
      log.warn({ ...where, err: error }, 'desk request failed');
    if (response.headersSent) {
      next(error);
      return;
    }
    response.locals['refused'] = fault.code;
    const by = fault instanceof OwnedByOther && fault.by !== '' ? { by: fault.by } : {};
    const reason = fault instanceof WordsRefused ? { reason: fault.reason } : {};
    response
      .status(errorCodes[fault.code].status)
      .json({ error: { code: fault.code, message: fault.message, ...by, ...reason } });
  };
}

/** Faults as they are; what Express's own parsers throw by the status that they give it. */
function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const status = statusOf(error);
  if (status === 413) return new Fault('too_large', 'The body is too large.', { cause: error });
  if (status !== undefined && status >= 400 && status < 500) {
    return new Fault('bad_request', 'The request cannot be read.', { cause: error });
  }
  return new Fault('internal', 'Something went wrong here. Try again.', { cause: error });
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  return typeof error.status === 'number' ? error.status : undefined;
}

/** For refusals of a command that carry no name. */
export const refusalTexts = {
  not_found: 'There is no such conversation.',
  conflict: 'The conversation changed meanwhile. Look again.',
  cid_conflict: 'This message id was used for another message.',
  overloaded: 'Too much to do just now. Try again shortly.',
  forbidden: 'Your role does not allow this.',
  bad_request: 'This cannot be done with what was given.',
} as const satisfies Partial<Record<ErrorCode, string>>;
