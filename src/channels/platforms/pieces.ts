import type { ConversationId, FileRef } from '../../core/index.ts';
import type { BotSaid, ConversationState, LoggedEvent } from '../../dialogue/index.ts';
import { compose, type ComposeWords } from './compose.ts';
import type { TextPiece } from './driver.ts';
import type { PlatformApi } from './api.ts';
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

function filePieces(deps: PlatformsDeps, { api, state }: Shown, file: FileRef): readonly Piece[] {
  const { facts, sendFile } = api.driver;
  if (sendFile !== undefined && file.bytes <= (facts.fileBytesMax ?? 0)) {
    return [{ kind: 'file', file }];
  }
  const { name } = file;
  return plain(deps.phrasebook().text(state.language, 'platform.file', { name }), api);
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
  return {
    numbered: words.text(language, 'platform.numbered'),
    codeLink: words.text(language, 'platform.code_link', { url: url('code') }),
    ...(asksSignIn === true && {
      signInLink: words.text(language, 'platform.sign_in_link', { url: url('sign_in'), minutes }),
    }),
  };
}
