import type * as core from '../../../src/core/index.ts';
import type * as protocol from '../../../src/protocol/index.ts';

export type {
  ClientFrame,
  ConversationsReply,
  EventsReply,
  FileReply,
  ServerFrame,
  SessionReply,
  TicketsReply,
  WidgetConfig,
  WireEvent,
} from '../../../src/protocol/index.ts';
export type {
  Block,
  CardBlock,
  ChoicesBlock,
  FileRef,
  FileRequestBlock,
  FormBlock,
  FormField,
  QuoteBlock,
  StepsBlock,
} from '../../../src/core/index.ts';

// The schemas stay on the server (zod is larger than this whole widget). The types keep the numbers equal.
export const protocolVersion: typeof protocol.protocolVersion = 1;
export const textLengthMax: (typeof core.limits)['textLengthMax'] = 4000;
export const fieldLengthMax: (typeof core.limits)['fieldLengthMax'] = 500;
export const commentLengthMax: (typeof core.limits)['commentLengthMax'] = 1000;
/** `choice` of a message that asks for a person: understood at any time, whatever is being asked. */
export const personChoice: typeof protocol.personChoice = { id: 'person', value: 'talk_to_agent' };
export const longPollMaxMs: (typeof core.limits)['longPollMaxMs'] = 25_000;

/** `code` of `{ error: { code } }`, the body of every refused request. */
export function errorCodeOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** A JSON object with a string under `t`; undefined for anything else. What is inside is the service's word. */
export function parseServerFrame(text: string): protocol.ServerFrame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('t' in value)) return undefined;
    return typeof value.t === 'string' ? (value as protocol.ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
