import { limits, type Entity } from '../core/index.ts';
import { aside, repeat, sayAgain } from './again.ts';
import { answerAsk, answerChoose, answerConfirm, goBack, miss } from './answers.ts';
import { anger, answerBeside, isOther, ownAnswer, refuseBeside } from './beside.ts';
import { bareId, flowFor, takeEarly, takeId, topicsFor } from './bare-ids.ts';
import { correctEarlier } from './corrections.ts';
import { cancelFlow, dropFlows, startFlow } from './control.ts';
import {
  awaits,
  current,
  emit,
  flowNamed,
  isSmallTalk,
  requestOf,
  requestTopic,
  say,
  topicOf,
  type Draft,
} from './draft.ts';
import {
  agrees,
  digression,
  isTopic,
  requested,
  saysBye,
  saysNo,
  saysYes,
  urgentRequest,
  wantsPerson,
  type Heard,
} from './heard.ts';
import { answerFiles } from './evidence.ts';
import { askWhich, climb, noneFits } from './ladder.ts';
import { calledOff, isUnwanted } from './negation.ts';
import { optionMeant } from './options.ts';
import { isPhrase } from './phrases.ts';
import { park, requestsIn, takeFirst, unpark } from './requests.ts';
import { offerTopics, run } from './run.ts';
import { openingSlots } from './slots.ts';
import type { Pending } from './state.ts';
import type { At } from './steps.ts';
import { markAsBot, meanwhile } from './waiting.ts';
import { leaveVerification, putCodeForm, putSignIn, requestCode } from './verify.ts';

/** A message in words: an answer to what was asked, or something else that the customer wants. */
export function listen(draft: Draft, heard: Heard): void {
  adoptLanguage(draft, heard);
  draft.entities = heard.understanding?.entities ?? [];
  const isQueued = draft.state.owner.by === 'queue';
  if (isQueued && wantsPerson(draft, heard)) say(draft, 'handoff.already_queued');
  else if (isQueued && meanwhile(draft, heard)) return;
  else if (!order(draft, heard)) respond(draft, heard);
  if (isQueued) markAsBot(draft);
}

const languageConfidenceMin = 0.85;
/** Shorter texts are names, ids and "ok", which say nothing about the language. */
const languageLettersMin = 4;

function adoptLanguage(draft: Draft, { understanding, text }: Heard): void {
  if (!understanding || understanding.language === draft.state.language) return;
  const { language, languageConfidence } = understanding;
  const isOffered = draft.context.phrasebook.languages.includes(language);
  // Han characters carry a syllable each: two of them say as much as four letters.
  const letters =
    (text.match(/\p{L}/gu)?.length ?? 0) + (text.match(/\p{Script=Han}/gu)?.length ?? 0);
  if (!isOffered || languageConfidence < languageConfidenceMin) return;
  if (letters < languageLettersMin) return;
  emit(draft, { type: 'language.changed', language, by: 'detected' });
}

/** Orders that count at any step: a person, an emergency, stop, back, from the beginning. */
function order(draft: Draft, heard: Heard): boolean {
  if (wantsPerson(draft, heard)) {
    begin(draft, 'talk_to_agent', heard);
    return true;
  }
  const at = current(draft);
  if (asksOfCase(draft, heard) && at?.flow.id !== 'ticket_status') {
    begin(draft, 'ticket_status', heard);
    return true;
  }
  if (!at) return orderOutside(draft, heard);
  if (sayAgain(draft, heard)) return true;
  const isPointing = isPhrase(draft, 'words.that', heard.text);
  const urgent = isPointing ? undefined : urgentRequest(draft, heard, at.flow);
  if (urgent !== undefined) {
    beginAll(draft, urgent, heard);
    return true;
  }
  if (isUnclearConsent(draft, at, heard)) {
    miss(draft);
    return true;
  }
  if (isPhrase(draft, 'words.cancel', heard.text)) {
    cancel(draft);
    return true;
  }
  if (saysBye(draft, heard) && !isAnswer(draft, at, heard) && leave(draft)) return true;
  if (calledOff(draft, heard)) {
    cancel(draft);
    return true;
  }
  if (isPhrase(draft, 'words.back', heard.text)) {
    if (!goBack(draft)) repeat(draft, 'common.cannot_go_back');
    return true;
  }
  // Asking for the code anew is close in words to asking to begin anew.
  const isResend =
    draft.state.pending?.kind === 'code' && isPhrase(draft, 'words.resend', heard.text);
  const isBegun = requested(heard) === 'start_over' && at.step.kind !== 'ask';
  if (isBegun && !isResend && !isAnswer(draft, at, heard)) {
    begin(draft, 'start_over', heard);
    return true;
  }
  return false;
}

/** "Cancel it" in front of "shall I cancel the payment?" may mean either: nothing is done, and nothing is dropped. */
function isUnclearConsent(draft: Draft, { flow, step }: At, { text }: Heard): boolean {
  const isConsent = step.kind === 'confirm' && draft.state.pending?.kind === 'confirm';
  return isConsent && agrees(draft, flow, text) && isPhrase(draft, 'words.cancel', text);
}

/** "Later" may be one of the answers. */
function isAnswer(draft: Draft, { flow, step }: At, { text }: Heard): boolean {
  const { pending } = draft.state;
  if (pending?.kind !== 'choose' || step.kind !== 'choose') return false;
  const { options } = pending;
  const offered = { options, ...(step.from === undefined && { flow, slot: step.slot }) };
  return optionMeant(draft, offered, text, []) !== undefined;
}

/** Whoever takes leave is not held: the request is put aside. False while the wallet is asked, whose answer is told. */
function leave(draft: Draft): boolean {
  const { pending, owner } = draft.state;
  if (pending?.kind === 'action') return false;
  say(draft, owner.by === 'queue' ? 'handoff.left' : 'common.left', {
    topic: requestTopic(draft),
  });
  unpark(draft);
  dropFlows(draft, 'cancelled');
  return true;
}

/** "Did you close it?", once a case was opened here, is about that. */
function asksOfCase(draft: Draft, { text }: Heard): boolean {
  const { actions } = draft.state;
  const isOpened = Object.values(actions).some(({ action }) => action === 'openTicket');
  return isOpened && isPhrase(draft, 'words.is_done', text);
}

function orderOutside(draft: Draft, heard: Heard): boolean {
  if (sayAgain(draft, heard)) return true;
  if (isPhrase(draft, 'words.whereabouts', heard.text)) {
    begin(draft, 'my_money', heard);
    return true;
  }
  if (draft.state.owner.by === 'queue' && saysBye(draft, heard)) {
    say(draft, 'handoff.left');
    return true;
  }
  const intent = requested(heard);
  const isRefused = intent !== undefined && isUnwanted(draft, heard, intent);
  if (isRefused && requestsIn(draft, heard).length === 0) {
    say(draft, 'common.not_wanted', { topic: topicOf(draft, intent) });
    return true;
  }
  if (!isPhrase(draft, 'words.cancel', heard.text)) return false;
  say(draft, 'common.nothing_to_cancel');
  return true;
}

/** What has gone to the wallet is not called back; anything else is dropped. */
export function cancel(draft: Draft): void {
  const { pending } = draft.state;
  if (pending?.kind === 'action') {
    say(draft, 'action.too_late');
    return;
  }
  awaits(draft, null);
  cancelFlow(draft);
  run(draft);
}

function respond(draft: Draft, heard: Heard): void {
  const { pending } = draft.state;
  const at = current(draft);
  if (at && pending && pending.kind !== 'clarify') {
    if (!answer(draft, at, pending, heard)) divert(draft, at, pending, heard);
  } else if (pending?.kind === 'clarify' && pickTopic(draft, pending, heard)) return;
  else hear(draft, heard);
}

/** False when the words are no answer to what is waited for. */
function answer(draft: Draft, at: At, pending: Pending, heard: Heard): boolean {
  const { step } = at;
  if (pending.kind === 'ask' && step.kind === 'ask') {
    return answerAsk(draft, { ...at, step }, heard);
  }
  if (pending.kind === 'choose' && step.kind === 'choose') {
    return answerChoose(draft, { ...at, step }, pending, heard);
  }
  if (pending.kind === 'files' && step.kind === 'files') {
    return answerFiles(draft, { ...at, step }, heard);
  }
  if (pending.kind === 'confirm' && step.kind === 'confirm') {
    return answerConfirm(draft, { ...at, step }, pending, heard);
  }
  if (pending.kind === 'code' && isPhrase(draft, 'words.resend', heard.text)) {
    resend(draft, pending.step);
    return true;
  }
  return false;
}

export function resend(draft: Draft, step: string): void {
  say(draft, 'code.resending');
  requestCode(draft, step);
  run(draft);
}

/** No answer: another request, an earlier answer corrected, or a miss. */
function divert(draft: Draft, at: At, pending: Pending, heard: Heard): void {
  const other = digression(draft, heard, at.flow) ?? anger(heard, 'within');
  if (pending.kind === 'action') {
    whileBusy(draft, pending.effectId, other, heard);
    return;
  }
  const id = bareId(draft, heard);
  const isLookUp =
    other === undefined || draft.entities.some((one) => flowFor(draft, one) === other);
  if ((id || isLookUp) && takeId(draft, at, pending)) return;
  if (id && isOther(at, id)) {
    hearId(draft, id);
    return;
  }
  const own = ownAnswer(draft, at, heard);
  if (own !== undefined) {
    answerBeside(draft, own);
    return;
  }
  if (other !== undefined) {
    if (isSmallTalk(flowNamed(draft, other)) && !aside(draft)) return;
    beginAll(draft, other, heard);
    return;
  }
  if (correctEarlier(draft, at, heard, () => aside(draft)) || takeEarly(draft, at, heard.text))
    return;
  if (refuseBeside(draft, heard)) return;
  if (pending.kind === 'sign_in' || pending.kind === 'code') missVerification(draft, at, pending);
  else miss(draft);
}

/** While the wallet is asked, a further request is kept; once the outcome is known to take time, it is served. */
function whileBusy(draft: Draft, effectId: string, other: string | undefined, heard: Heard): void {
  const isReconciling = draft.state.actions[effectId]?.state === 'pending';
  if (other !== undefined && isReconciling) beginAll(draft, other, heard);
  else if (other !== undefined && isTopic(draft, other)) {
    const asked = requestsIn(draft, heard).filter(({ intent }) => isTopic(draft, intent));
    park(draft, asked);
    say(draft, 'common.parked', { topic: topicOf(draft, other) });
  } else say(draft, isReconciling ? 'action.pending' : 'action.working');
}

const verificationMissesMax = 3;

function missVerification(draft: Draft, at: At, pending: Pending): void {
  emit(draft, { type: 'attempt.missed', at: 'step' });
  if ((current(draft)?.frame.attempts ?? 0) >= verificationMissesMax) {
    leaveVerification(draft);
    run(draft);
  } else if (pending.kind === 'sign_in') putSignIn(draft, at.step.id, 'sign_in.still_needed');
  else if (pending.kind === 'code' && pending.formId === undefined) say(draft, 'code.waiting');
  else putCodeForm(draft, at.step.id, 'code.use_form');
}

/** A topic picked in words. False when the words are something else. */
function pickTopic(
  draft: Draft,
  pending: Extract<Pending, { kind: 'clarify' }>,
  heard: Heard,
): boolean {
  const isNone = isPhrase(draft, 'words.none', heard.text) || saysNo(draft, heard);
  if (isNone && pending.options.some(({ value }) => value === '_none')) {
    chooseTopic(draft, pending, '_none');
    return true;
  }
  const intent = requested(heard);
  if (intent !== undefined && isTopic(draft, intent)) {
    if (pending.options.some(({ value }) => value === intent)) recall(draft, pending.entities);
    return false;
  }
  const only = pending.options.length <= 2 ? pending.options[0] : undefined;
  const option =
    optionMeant(draft, pending, heard.text, []) ?? (saysYes(draft, heard) ? only : undefined);
  if (!option) return false;
  const entities = [...draft.entities, ...(pending.entities ?? [])];
  chooseTopic(draft, { entities }, option.value);
  return true;
}

/** "Cancel it", said of a payment that was just shown: what the offer was about still counts, where nothing newer was said. */
function recall(draft: Draft, entities: readonly Entity[] = []): void {
  const types = new Set(draft.entities.map(({ type }) => type));
  draft.entities = [...draft.entities, ...entities.filter(({ type }) => !types.has(type))];
}

/** What an unclear message held counts for the topic that it turns out to be about. */
export function chooseTopic(
  draft: Draft,
  { entities = [] }: { readonly entities?: readonly Entity[] },
  value: string,
): void {
  if (value === '_none') {
    noneFits(draft);
    return;
  }
  draft.entities = entities;
  begin(draft, value, { text: '', understanding: undefined });
}

/** An id and nothing else: looked up for whom we know, for others asked what about it. */
function hearId(draft: Draft, entity: Entity): void {
  const id = flowFor(draft, entity);
  draft.entities = [entity];
  if (id !== undefined && draft.state.customerId !== null) {
    begin(draft, id, { text: '', understanding: undefined });
    return;
  }
  if (!aside(draft)) return;
  say(draft, 'common.about_id', { id: entity.value });
  offerTopics(draft, topicsFor(draft, entity), 'person');
}

/** A message outside any question. */
function hear(draft: Draft, heard: Heard): void {
  const { understanding } = heard;
  const intent = requested(heard);
  const id = bareId(draft, heard);
  if (id) {
    hearId(draft, id);
    return;
  }
  const isAngry = anger(heard, 'outside') !== undefined;
  if (isAngry) begin(draft, 'frustrated', heard);
  else if (understanding?.verdict === 'clarify' && intent === undefined) {
    askWhich(draft, understanding);
  } else if (intent === 'affirm' || (intent === undefined && saysYes(draft, heard))) {
    say(draft, 'common.idle_yes');
  } else if (intent === 'deny' || (intent === undefined && saysNo(draft, heard))) {
    say(draft, 'common.idle_no');
  } else if (intent === undefined || !flowNamed(draft, intent)) climb(draft, understanding);
  else beginAll(draft, intent, heard);
}

/** Several requests in one message: the most urgent first, the others after it. */
function beginAll(draft: Draft, intent: string, heard: Heard): void {
  const all = requestsIn(draft, heard).filter((one) => one.intent !== current(draft)?.flow.id);
  const first = all.length > 1 ? takeFirst(draft, all) : undefined;
  if (!first) {
    begin(draft, all[0]?.intent ?? intent, heard);
    return;
  }
  draft.entities = first.entities;
  begin(draft, first.intent, first.heard);
}

/** Turns to a request: over the flow at hand, or instead of it. */
export function begin(draft: Draft, intent: string, heard: Heard): void {
  const flow = flowNamed(draft, intent);
  if (!flow) {
    climb(draft, heard.understanding);
    return;
  }
  if (intent === 'start_over') {
    dropFlows(draft, 'cancelled');
    unpark(draft);
  }
  if (draft.state.stack.some((frame) => frame.flow === intent)) unwindTo(draft, intent);
  else {
    const text = heard.text.slice(0, limits.textLengthMax);
    startFlow(draft, intent, openingSlots(draft, flow, text), 'digression');
  }
  run(draft);
}

/** The request is under way below the one at hand: that one is dropped, nothing is begun twice. */
function unwindTo(draft: Draft, intent: string): void {
  awaits(draft, null);
  while (draft.state.stack.length > 1 && requestOf(draft) !== intent) {
    const top = draft.state.stack.at(-1);
    if (top?.flow === intent) return;
    emit(draft, { type: 'flow.ended', flow: top?.flow ?? '', outcome: 'cancelled' });
  }
}
