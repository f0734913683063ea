import type { FileRef } from '../../core/index.ts';
import type { PlatformApi } from './api.ts';
import type { Address, FileWithContent, Manner, OutgoingFiles, Sent, Uploaded } from './driver.ts';
import { fileLink } from './file-links.ts';
import { uuidOf } from './idempotency.ts';
import { linkWords } from './pieces.ts';
import type { PlatformsDeps } from './ports.ts';
import { isWindowReason } from './windows.ts';

/** Nobody's fault: we would have written more than fits into this second or this lease. */
export const ownPace = 'our own pace';
const uploadKind = 'platform-upload';
/** Far shorter than any platform keeps what was uploaded, longer than the pauses between tries. */
const uploadTtlMs = 60 * 60_000;
/** An upload is two long calls: it begins only when so much of a delivery's time is left. */
const uploadRoomMs = 10_000;

interface FilePart {
  readonly api: PlatformApi;
  readonly to: Address;
  readonly language: string;
  readonly file: FileRef;
  readonly saidAtMs: number;
  readonly manner: Manner;
  /** When this delivery stops, to go on with a fresh lease. */
  readonly stopMs: number;
}

/**
 * Sends a file as the platform takes it. What was uploaded is kept, so that a try again, also after a crash, sends the very
 * same; what the platform refuses for good goes out as a link.
 */
export async function sendFile(deps: PlatformsDeps, part: FilePart): Promise<Sent> {
  const sent = await sendAsFile(deps, part);
  const isGone = sent.kind === 'final' && sent.reason === notThere.reason;
  if (sent.kind !== 'final' || isGone || isWindowReason(sent.reason)) return sent;
  const { api, to, language, file, saidAtMs, manner } = part;
  const platform = api.driver.name;
  deps.log.warn({ platform, reason: sent.reason }, 'a file was refused and goes out as a link');
  const text = linkWords(deps, { language, file, saidAtMs });
  // Other words than those that were refused: a platform that knows the key would take them for the same.
  const other = { ...manner, idempotencyKey: uuidOf(`${manner.idempotencyKey}/link`) };
  return api.send((own) => api.driver.send({ kind: 'text', text }, to, own, other));
}

const notThere = { kind: 'final', reason: 'file_not_there' } as const;
const notNow = { kind: 'later', reason: ownPace, afterMs: 0 } as const;

async function sendAsFile(deps: PlatformsDeps, part: FilePart): Promise<Sent> {
  const { api, to, file, manner, saidAtMs } = part;
  const { files } = api.driver;
  if (!files) return notThere;
  switch (files.way) {
    case 'url': {
      const url = fileLink(deps, file.id, saidAtMs);
      return api.send((own) => files.send({ ...file, url }, to, own, manner));
    }
    case 'bytes': {
      const whole = await wholeOf(deps, file);
      return whole ? api.send((own) => files.send(whole, to, own, manner)) : notThere;
    }
    case 'upload': {
      const uploaded = await uploadOnce(deps, part, files);
      if (uploaded.kind !== 'uploaded') return uploaded;
      if (deps.clock() > part.stopMs) return notNow;
      const { id: uploadedAs } = uploaded;
      return api.send((own) => files.send({ ...file, uploadedAs }, to, own, manner));
    }
  }
}

async function uploadOnce(
  deps: PlatformsDeps,
  { api, file, manner, stopMs }: FilePart,
  { upload }: Extract<OutgoingFiles, { readonly way: 'upload' }>,
): Promise<Uploaded> {
  const { records, clock } = deps;
  const key = manner.idempotencyKey;
  const kept = await records.get(uploadKind, key);
  if (kept !== undefined) return JSON.parse(kept) as Uploaded;
  if (clock() > stopMs - uploadRoomMs) return notNow;
  const whole = await wholeOf(deps, file);
  if (!whole) return notThere;
  const uploaded = await api.upload((own) => upload(whole, own));
  if (uploaded.kind === 'uploaded' || uploaded.kind === 'final') {
    await records.insert(uploadKind, key, JSON.stringify(uploaded), clock() + uploadTtlMs);
  }
  return uploaded;
}

async function wholeOf(
  { files }: PlatformsDeps,
  file: FileRef,
): Promise<FileWithContent | undefined> {
  const stored = await files.find(file.id);
  if (!stored) return undefined;
  return { ...file, content: Uint8Array.from(Buffer.concat(await stored.open().toArray())) };
}
