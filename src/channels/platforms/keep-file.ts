import {
  Fault,
  type ClientMessageId,
  type ConversationId,
  type VisitorId,
} from '../../core/index.ts';
import type { PlatformsDeps } from './ports.ts';
import { ensure } from './receiving.ts';

export interface ReceivedFile {
  readonly conversationId: ConversationId;
  readonly senderId: VisitorId;
  readonly cid: ClientMessageId;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Words that came with it. */
  readonly text: string;
}

/** A customer's file as a message of its own; false for what is no kind of file that we take. */
export async function receiveFile(
  { files, turns }: Pick<PlatformsDeps, 'files' | 'turns'>,
  { conversationId, senderId, cid, name, bytes, text }: ReceivedFile,
): Promise<boolean> {
  try {
    const body = (async function* () {
      yield bytes;
    })();
    const { id } = await files.put({ conversationId, senderId, name, body });
    const refs = await files.claim([id], { conversationId, senderId, cid });
    if (!refs) return false;
    await ensure(turns.receive({ conversationId, cid, text, files: refs }));
    return true;
  } catch (error) {
    if (error instanceof Fault && error.culprit === 'peer') return false;
    throw error;
  }
}
