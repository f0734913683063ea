import { commonDigits, limits, type ConversationId, type ErrorCode } from '../core/index.ts';
import type { ConversationEvent } from '../dialogue/index.ts';
import type { AppendResult } from '../store/index.ts';
import type { TurnDeps } from './deps.ts';
import { appendAndHint, fingerprint, hold, lastSeq } from './log-access.ts';
import { looksLikeCode, maskedCode, maskSecrets } from './mask.ts';
import type { Inbound, RatingInbound, Received, SecretInbound } from './ports.ts';

/** Answers kept for repeats of a code frame: a resend must not use up another attempt. */
const secretRepliesMax = 1000;

/** Accepts what customers send. Durable when it resolves; the bot's turn comes after, through `advance`. */
export function createReceiver(deps: TurnDeps, advance: (id: ConversationId) => void) {
  const secretReplies = new Map<string, Promise<Received>>();

  async function receive(inbound: Inbound): Promise<Received> {
    if (inbound.text.trim() === '' && !inbound.choice && !inbound.form && !inbound.files) {
      return {
        kind: 'refused',
        code: 'bad_request',
        message: 'A message needs text or an answer.',
      };
    }
    const openChallenge = looksLikeCode(inbound.text)
      ? await challengeOf(deps, inbound)
      : undefined;
    const text = openChallenge ? maskedCode : maskSecrets(inbound.text);
    const received = await accept(deps, inbound, text);
    if (openChallenge && received.kind === 'accepted' && !received.duplicate) {
      await checkCode(
        deps,
        { ...inbound, formId: openChallenge, code: inbound.text },
        openChallenge,
      );
    }
    advance(inbound.conversationId);
    return received;
  }

  function submitSecret(inbound: SecretInbound): Promise<Received> {
    const key = `${inbound.conversationId}/${inbound.cid}`;
    const known = secretReplies.get(key);
    if (known) return known;
    const reply = checkSecret(inbound);
    secretReplies.set(key, reply);
    const oldest = secretReplies.keys().next();
    if (secretReplies.size > secretRepliesMax && !oldest.done) secretReplies.delete(oldest.value);
    reply.catch(() => secretReplies.delete(key));
    return reply;
  }

  async function checkSecret(inbound: SecretInbound): Promise<Received> {
    const challengeId = await challengeOf(deps, inbound);
    if (challengeId === undefined) {
      return { kind: 'refused', code: 'conflict', message: 'No code is asked for at the moment.' };
    }
    const result = await checkCode(deps, inbound, challengeId);
    advance(inbound.conversationId);
    return receivedOf(result);
  }

  return { receive, submitSecret, rate: (inbound: RatingInbound) => rate(deps, inbound) };
}

async function accept(deps: TurnDeps, inbound: Inbound, text: string): Promise<Received> {
  const { conversationId, cid, choice, form, files } = inbound;
  const event: ConversationEvent = {
    type: 'message.received',
    cid,
    text,
    ...(choice && { choice }),
    ...(form && { form: { id: form.id, fields: maskFields(form.fields) } }),
    ...(files && { files }),
  };
  const result = await appendAndHint(deps, {
    conversationId,
    // Bound to the sender and to what was sent, before masking: another text under the same id is a conflict.
    dedupe: {
      key: `m:${cid}`,
      fingerprint: fingerprint({ by: 'customer', text: inbound.text, choice, form, files }),
    },
    atMs: deps.clock(),
    events: [event],
  });
  return receivedOf(result);
}

/** The question's own time is the key: one answer to one question, from however many tabs. */
async function rate(
  deps: TurnDeps,
  { conversationId, cid, score, comment }: RatingInbound,
): Promise<Received> {
  const held = await hold(deps.store, conversationId);
  const asked = held?.state.satisfaction;
  if (asked === undefined) {
    return { kind: 'refused', code: 'conflict', message: 'No rating is asked for at the moment.' };
  }
  const words = comment === undefined ? {} : { comment: maskSecrets(comment) };
  const result = await appendAndHint(deps, {
    conversationId,
    dedupe: { key: `r:${asked.askedAtMs}`, fingerprint: fingerprint({ cid, score, comment }) },
    atMs: deps.clock(),
    events: [{ type: 'satisfaction.given', cid, score, ...words }],
  });
  return receivedOf(result);
}

function maskFields(fields: { readonly [name: string]: string }) {
  return Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, maskSecrets(text)]),
  );
}

/** The challenge that is open in this conversation, if any. */
async function challengeOf(
  deps: TurnDeps,
  { conversationId }: { readonly conversationId: ConversationId },
): Promise<string | undefined> {
  const held = await hold(deps.store, conversationId);
  const challenge = held?.state.challenge;
  return challenge && !challenge.locked ? challenge.challengeId : undefined;
}

async function checkCode(
  deps: TurnDeps,
  inbound: SecretInbound,
  challengeId: string,
): Promise<AppendResult> {
  const { conversationId, cid } = inbound;
  const digits = commonDigits(inbound.code).replace(/\D/g, '');
  const checked = await deps.codes.check(challengeId, conversationId, digits);
  const nowMs = deps.clock();
  const event: ConversationEvent = {
    type: 'identity.checked',
    challengeId,
    result: checked.kind,
    attemptsLeft: checked.kind === 'wrong' ? checked.attemptsLeft : 0,
    ...(checked.kind === 'passed' && { verifiedUntilMs: nowMs + limits.verifiedTtlMs }),
  };
  return appendAndHint(deps, {
    conversationId,
    dedupe: { key: `k:${cid}`, fingerprint: challengeId },
    atMs: nowMs,
    events: [event],
  });
}

const refusals = {
  stale: { code: 'conflict', message: 'The conversation moved on; send it again.' },
  not_found: { code: 'not_found', message: 'There is no such conversation.' },
  conflict: {
    code: 'cid_conflict',
    message: 'This message id was used for another message; make a new one.',
  },
  overloaded: { code: 'overloaded', message: 'Too busy to store it now; send it again.' },
} as const satisfies Record<string, { code: ErrorCode; message: string }>;

function receivedOf(result: AppendResult): Received {
  switch (result.kind) {
    case 'committed':
      return { kind: 'accepted', seq: lastSeq(result.events), duplicate: false };
    case 'duplicate':
      return { kind: 'accepted', seq: lastSeq(result.first), duplicate: true };
    case 'refused':
      return { kind: 'refused', ...refusals[result.reason] };
  }
}
