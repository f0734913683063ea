import type { ConversationId, FileRef } from '../../core/index.ts';
import type { BotSaid, ConversationState, LoggedEvent } from '../../dialogue/index.ts';
import { compose, type ComposeWords } from './compose.ts';
import type { TextPiece } from './driver.ts';
import type { PlatformApi } from './api.ts';
import { fileLink, fileLinkDays } from './file-links.ts';
import { linkTtlMs, makeLink } from './links.ts';
import type { PlatformsDeps } from './ports.ts';
import { split } from './split.ts';

export type Piece = TextPiece | { readonly kind: 'file'; readonly file: FileRef };

export interface Shown {
  readonly id: ConversationId;
  readonly api: PlatformApi;
  readonly state: ConversationState;
  readonly logged: LoggedEvent;
}

/** What of a visible event goes to the customer's platform; empty for what they did themselves and for what nobody said. */
export function piecesOf(deps: PlatformsDeps, shown: Shown): readonly Piece[] {
  const { api, logged, state } = shown;
  const { facts } = api.driver;
  const { event } = logged;
  const words = deps.phrasebook();
  switch (event.type) {
    case 'bot.said':
      return compose(event.blocks, facts, wordsFor(deps, shown, event.language, event));
    case 'ticket.changed':
      return compose(event.blocks, facts, wordsFor(deps, shown, event.language));
    case 'handoff.accepted':
      return plain(words.text(state.language, 'transcript.joined', { name: event.agentName }), api);
    case 'satisfaction.asked':
      return plain(words.text(state.language, 'platform.rate'), api);
    case 'agent.said':
      return [
        ...plain(event.text, api),
        ...(event.files ?? []).flatMap((file) => filePieces(deps, shown, file)),
      ];
    default:
      return [];
  }
}

function plain(text: string, { driver }: PlatformApi): readonly Piece[] {
  return split(text, driver.facts.text).map((part) => ({ kind: 'text', text: part }));
}

function filePieces(
  deps: PlatformsDeps,
  { api, state, logged }: Shown,
  file: FileRef,
): readonly Piece[] {
  if (isTaken(api, file)) return [{ kind: 'file', file }];
  return plain(linkWords(deps, { language: state.language, file, saidAtMs: logged.atMs }), api);
}

function isTaken({ driver: { files }, settings }: PlatformApi, { type, bytes }: FileRef): boolean {
  if (!files || files.isOn?.(settings) === false) return false;
  return bytes <= (files.bytesMax[type] ?? 0);
}

/** For a file that the platform does not take. */
export function linkWords(
  deps: PlatformsDeps,
  { language, file: { id, name }, saidAtMs }: LinkedFile,
): string {
  const values = { name, url: fileLink(deps, id, saidAtMs), days: fileLinkDays };
  return deps.phrasebook().text(language, 'platform.file', values);
}

interface LinkedFile {
  readonly language: string;
  readonly file: FileRef;
  readonly saidAtMs: number;
}

const signInKeys: ReadonlySet<string> = new Set(['sign_in.needed', 'sign_in.still_needed']);

function wordsFor(
  deps: PlatformsDeps,
  { id, logged }: Shown,
  language: string,
  said?: BotSaid,
): ComposeWords {
  const words = deps.phrasebook();
  const asksSignIn = said?.says.some((say) => say.type === 'text' && signInKeys.has(say.key));
  const url = (purpose: 'sign_in' | 'code') => {
    // From when it was said, so that a message sent again has the very same link.
    const expiresAtMs = logged.atMs + linkTtlMs;
    const token = makeLink(deps.settings.linkSecret, { conversationId: id, purpose, expiresAtMs });
    return `${deps.publicUrl}/link/${token}`;
  };
  const minutes = linkTtlMs / 60_000;
  // Written when they are asked for: most messages need none of them.
  return {
    get numbered() {
      return words.text(language, 'platform.numbered');
    },
    get codeLink() {
      return words.text(language, 'platform.code_link', { url: url('code') });
    },
    ...(asksSignIn === true && {
      signInLink: words.text(language, 'platform.sign_in_link', { url: url('sign_in'), minutes }),
    }),
  };
}
