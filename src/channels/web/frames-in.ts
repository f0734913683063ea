import { limits, parseClientMessageId, parseConversationId } from '../../core/index.ts';
import type { ErrorCode } from '../../core/index.ts';
import { clientFrameSchema, protocolVersion } from '../../protocol/index.ts';
import type { ClientFrame } from '../../protocol/index.ts';
import type { Inbound, RatingInbound, SecretInbound } from '../../turn/index.ts';

export type ParsedFrame =
  | { readonly kind: 'frame'; readonly frame: ClientFrame }
  | {
      readonly kind: 'bad';
      readonly code: ErrorCode;
      readonly message: string;
      /** The message that the frame would have been, so that its sender can be told which one is refused. */
      readonly of?: { readonly conv: string; readonly cid: string };
    };

export function parseFrame(text: string): ParsedFrame {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return { kind: 'bad', code: 'bad_frame', message: 'A frame is one JSON object.' };
  }
  if (isOtherVersion(raw)) {
    const message = `This server speaks version ${protocolVersion} of the protocol.`;
    return { kind: 'bad', code: 'unsupported_version', message };
  }
  const parsed = clientFrameSchema.safeParse(raw);
  if (!parsed.success) return bad(raw, firstIssue(parsed.error));
  const fault = countFault(parsed.data);
  return fault === undefined ? { kind: 'frame', frame: parsed.data } : bad(raw, fault);
}

/** A newer peer's hello may look different altogether; its version is told apart before its shape. */
function isOtherVersion(raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null || !('t' in raw) || raw.t !== 'hello') return false;
  return 'v' in raw && Number.isInteger(raw.v) && raw.v !== protocolVersion;
}

function bad(raw: unknown, message: string): ParsedFrame {
  const of = messageOf(raw);
  return { kind: 'bad', code: 'bad_frame', message, ...(of && { of }) };
}

function messageOf(raw: unknown): { conv: string; cid: string } | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  if (!('t' in raw) || (raw.t !== 'send' && raw.t !== 'secret' && raw.t !== 'rate'))
    return undefined;
  const conv = 'conv' in raw ? parseConversationId(raw.conv) : undefined;
  const cid = 'cid' in raw ? parseClientMessageId(raw.cid) : undefined;
  return conv && cid ? { conv, cid } : undefined;
}

interface Issues {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** The first thing that is wrong, short: what a stranger sent may be named in it. */
export function firstIssue({ issues: [issue] }: Issues): string {
  const where = issue?.path.length ? `${issue.path.map(String).join('.')}: ` : '';
  return `${where}${issue?.message ?? 'not as documented'}`.slice(0, 200);
}

/** What the shape alone does not say. */
export function countFault(frame: ClientFrame): string | undefined {
  if (frame.t !== 'send') return undefined;
  if (Object.keys(frame.form?.fields ?? {}).length > limits.formFieldsMax) {
    return `form.fields: at most ${limits.formFieldsMax}`;
  }
  const isEmpty = frame.text.trim() === '' && !frame.choice && !frame.form && !frame.files;
  return isEmpty ? 'text: a message has a text or an answer' : undefined;
}

/** Halves of surrogate pairs are replaced, because what is stored could not be the same text again. */
export function inboundOf(frame: Extract<ClientFrame, { t: 'send' }>): Inbound | undefined {
  const conversationId = parseConversationId(frame.conv);
  const cid = parseClientMessageId(frame.cid);
  if (!conversationId || !cid) return undefined;
  const { choice, form } = frame;
  return {
    conversationId,
    cid,
    text: frame.text.toWellFormed(),
    ...(choice && { choice: { id: choice.id, value: choice.value.toWellFormed() } }),
    ...(form && { form: { id: form.id, fields: wellFormed(form.fields) } }),
  };
}

function wellFormed(fields: { readonly [name: string]: string }): { [name: string]: string } {
  const entries = Object.entries(fields);
  return Object.fromEntries(entries.map(([k, v]) => [k.toWellFormed(), v.toWellFormed()]));
}

export function ratingOf(frame: Extract<ClientFrame, { t: 'rate' }>): RatingInbound | undefined {
  const conversationId = parseConversationId(frame.conv);
  const cid = parseClientMessageId(frame.cid);
  const { score, comment } = frame;
  const words = comment === undefined ? {} : { comment: comment.toWellFormed() };
  return conversationId && cid ? { conversationId, cid, score, ...words } : undefined;
}

export function secretOf(frame: Extract<ClientFrame, { t: 'secret' }>): SecretInbound | undefined {
  const conversationId = parseConversationId(frame.conv);
  const cid = parseClientMessageId(frame.cid);
  return conversationId && cid
    ? { conversationId, cid, formId: frame.form, code: frame.code }
    : undefined;
}
