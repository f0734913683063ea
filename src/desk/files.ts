import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response, Router } from 'express';
import { Fault, limits, parseConversationId } from '../core/index.ts';
import { fileHeaders, nameOfUpload, uploadBody, type Files } from '../files/index.ts';
import type { Agent } from '../identity/index.ts';
import { refusalTexts } from './border.ts';
import type { DeskDeps } from './deps.ts';
import { checkOrigin } from './session.ts';

type Guarded = (
  handle: (request: Request, response: Response, agent: Agent) => Promise<void>,
) => RequestHandler;

/**
 * Files beside a conversation: what customers sent, and what agents are about to. Mounted before the routes that read JSON:
 * a body is a file here, whatever it says that it is.
 */
export function mountDeskFiles(router: Router, deps: DeskDeps, guarded: Guarded): void {
  const { files } = deps;
  if (files === undefined) return;
  router.get(
    '/files/:id',
    guarded((request, response, agent) => give(files, request, response, agent)),
  );
  router.post(
    '/files',
    guarded(async (request, response, agent) => {
      checkOrigin(request, deps);
      response.json({ file: await take(deps, files, request, agent) });
    }),
  );
}

/** Every agent reads every conversation, and so its files; one that no message names yet is its sender's alone. */
async function give(
  files: Files,
  request: Request,
  response: Response,
  agent: Agent,
): Promise<void> {
  const file = await files.find(String(request.params['id']));
  if (!file || (file.cid === undefined && file.senderId !== agent.agentId)) {
    throw new Fault('not_found', 'There is no such file.');
  }
  response.set(fileHeaders(file.ref));
  await pipeline(file.open(), response);
}

async function take(deps: DeskDeps, files: Files, request: Request, agent: Agent) {
  const conversationId = parseConversationId(request.query['conv']);
  const stored = conversationId && (await deps.store.conversations.load(conversationId));
  if (!stored) throw new Fault('not_found', refusalTexts.not_found);
  const { body } = uploadBody(request, limits.fileBytesMax);
  const name = nameOfUpload(request);
  return files.put({ conversationId: stored.id, senderId: agent.agentId, name, body });
}
