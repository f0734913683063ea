import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { Fault, errorCodes } from '../core/index.ts';
import type { ErrorCode } from '../core/index.ts';
import type { Log } from '../ops/index.ts';

/** The body of every refused request. */
export function bodyOf(code: ErrorCode, message: string): string {
  return JSON.stringify({ error: { code, message } });
}

function sendError(response: Response, code: ErrorCode, message: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status } = errorCodes[code];
  response.locals['refused'] = code;
  if (status === 429 || status === 503) response.setHeader('Retry-After', '1');
  response.status(status).type('application/json').send(bodyOf(code, message));
}

/** An API path that nobody answers gets a named error; a page gets a plain sentence. */
export function notFoundBorder(): RequestHandler {
  return (request, response) => {
    if (isApi(request)) sendError(response, 'not_found', 'There is nothing at this address.');
    else response.status(404).type('text/plain').send('There is no such page.\n');
  };
}

/** The one place where a request's fault is caught. Strangers get the code and its sentence, never a stack. */
export function errorBorder(log: Log): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const fault = asFault(thrown);
    if (fault.culprit !== 'peer') {
      const at = { method: request.method, path: request.path };
      log.error({ ...at, err: thrown, code: fault.code }, 'a request failed');
    }
    sendError(response, fault.code, sentenceOf(fault));
  };
}

const internalMessage = 'Something went wrong on our side. It has been recorded.';

/** What a stranger is told of it: of a bug nothing but that it was one. */
export function sentenceOf(fault: Fault): string {
  return fault.culprit === 'bug' ? internalMessage : fault.message;
}

function isApi(request: Request): boolean {
  return /^(\/demo)?\/api(\/|$)/.test(request.path) || !['GET', 'HEAD'].includes(request.method);
}

/** Express and its body parser mark what the peer did wrong with a status from 400 to 499. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown;
  const status = statusOf(thrown);
  if (status === 413) return new Fault('too_large', 'The body is larger than allowed.');
  if (status !== undefined && status >= 400 && status < 500) {
    const name = STATUS_CODES[status] ?? 'Bad Request';
    return new Fault('bad_request', `The request could not be read: ${name}.`, { cause: thrown });
  }
  return new Fault('internal', internalMessage, { cause: thrown });
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return undefined;
  return typeof thrown.status === 'number' ? thrown.status : undefined;
}
