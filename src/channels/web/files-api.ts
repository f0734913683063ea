import { pipeline } from 'node:stream/promises';
import { Fault } from '../../core/index.ts';
import { fileHeaders, nameOfUpload, uploadBody, type Files } from '../../files/index.ts';
import { limitHere } from '../../http/index.ts';
import type { Request, Response } from '../../http/index.ts';
import type { WebChannelDeps, WebLimits } from './ports.ts';
import { ownConversation, principalOf, readableConversation } from './session-of.ts';

export interface FilesApiDeps extends WebChannelDeps {
  readonly limits: WebLimits;
}

/** An office or a family behind one address. */
const visitorsPerAddress = 5;

/**
 * Customers' files in and out. Mounted before the routes that read JSON: a body is a file here, whatever it says that it is.
 */
export function mountFiles(deps: FilesApiDeps): void {
  const { files } = deps;
  if (files === undefined) return;
  const spend = createQuota(deps);
  deps.http.app.post('/api/chat/files', async (request, response) => {
    response.json({ file: await take(deps, files, spend, request) });
  });
  deps.http.app.get('/api/chat/files/:id', async (request, response) => {
    await give(deps, files, request, response);
  });
}

type Spend = (visitorId: string, address: string, bytes: number) => Promise<void>;

/** Counted before the body is read: what is refused costs nothing but its headers. */
function createQuota({ limits, limit = limitHere }: FilesApiDeps): Spend {
  const { filesPerHourMax: files, fileBytesPerHourMax: fileBytes } = limits;
  const hour = (name: string, points: number) => limit({ name, points, windowMs: 60 * 60_000 });
  const ofVisitor = [hour('files', files), hour('file-bytes', fileBytes)] as const;
  const ofAddress = [
    hour('address-files', files * visitorsPerAddress),
    hour('address-file-bytes', fileBytes * visitorsPerAddress),
  ] as const;
  return async (visitorId, address, bytes) => {
    const isLeft =
      (await ofVisitor[0].take(visitorId)) &&
      (await ofVisitor[1].take(visitorId, bytes)) &&
      (await ofAddress[0].take(address)) &&
      (await ofAddress[1].take(address, bytes));
    if (!isLeft) throw new Fault('rate_limited', 'Too many files in one hour; try again later.');
  };
}

async function take(deps: FilesApiDeps, files: Files, spend: Spend, request: Request) {
  const principal = await principalOf(deps, request);
  const conversationId = await ownConversation(deps, principal, request.query['conv']);
  const { bytes, body } = uploadBody(request, deps.limits.fileBytesMax);
  const { visitorId } = principal;
  await spend(visitorId, deps.http.ipOf(request), bytes);
  return files.put({ conversationId, senderId: visitorId, name: nameOfUpload(request), body });
}

/** One that no message names yet is shown to nobody but its sender. */
async function give(
  deps: FilesApiDeps,
  files: Files,
  request: Request,
  response: Response,
): Promise<void> {
  const principal = await principalOf(deps, request);
  const conv = await readableConversation(deps, principal, request.query['conv']);
  const file = await files.find(String(request.params['id']));
  const isTheirs = file?.cid !== undefined || file?.senderId === principal.visitorId;
  if (!file || file.conversationId !== conv || !isTheirs) {
    throw new Fault('not_found', 'There is no such file.');
  }
  response.set(fileHeaders(file.ref));
  await pipeline(file.open(), response);
}
