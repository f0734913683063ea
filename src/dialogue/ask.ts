import { canonical, type SayField, type SayOption } from '../core/index.ts';
import { awaits, emit, nextId, say, sayText, top, type Draft } from './draft.ts';
import { evaluate, evaluateAll } from './expression.ts';
import type {
  ActStep,
  AskStep,
  ChooseStep,
  ConfirmStep,
  FilesStep,
  Flow,
  SlotSpec,
} from './flow.ts';
import type { SystemText } from './system-texts.ts';

/** A list longer than this is no choice any more; the wallet gives the newest first. */
const optionsMax = 10;
/** Values of options that are no answer of the slot. No id of the wallet begins with an underscore. */
export const noneValue = '_none';
export const skipValue = '_skip';
export const personValue = '_person';
const personFromMisses = 2;

/** Asks the question, or asks it again in other words. */
export function putAsk(draft: Draft, flow: Flow, step: AskStep, again: boolean): void {
  const spec = slotOf(flow, step.slot);
  if (!again) sayText(draft, step.key);
  else if (step.again === '') say(draft, againKey(spec));
  else sayText(draft, step.again);
  const options = askOptions(step, spec);
  const choiceId = nextId(draft, 'c');
  const formId = nextId(draft, 'f');
  if (step.form === true) {
    draft.says.push({ type: 'form', id: formId, secret: false, fields: [fieldOf(flow, step)] });
  }
  if (options.length > 0) draft.says.push({ type: 'choices', id: choiceId, options });
  awaits(draft, {
    kind: 'ask',
    step: step.id,
    ...(step.form === true && { formId }),
    ...(options.length > 0 && { choiceId, options }),
  });
}

function askOptions(step: AskStep, spec: SlotSpec): readonly SayOption[] {
  const yesNo: readonly SayOption[] = [
    { value: 'yes', key: 'common.yes' },
    { value: 'no', key: 'common.no' },
  ];
  const skip: readonly SayOption[] = [{ value: skipValue, key: 'common.skip' }];
  return [...(spec.type === 'yes_no' ? yesNo : []), ...(step.optional === true ? skip : [])];
}

function fieldOf(flow: Flow, step: AskStep): SayField {
  return {
    name: step.slot,
    kind: step.field ?? 'text',
    key: `${flow.id}.${step.slot}_label`,
  };
}

function againKey(spec: SlotSpec): SystemText {
  return spec.type === 'record' || spec.type === 'list' ? 'common.again' : `again.${spec.type}`;
}

/** A slot that is not declared holds text: the content check refuses such a flow before it runs. */
export function slotOf(flow: Flow, name: string): SlotSpec {
  const spec = Object.hasOwn(flow.slots, name) ? flow.slots[name] : undefined;
  return spec ?? { type: 'text' };
}

/** Asks for files, or asks for them again. */
export function putFiles(draft: Draft, step: FilesStep, again: boolean): void {
  sayText(draft, again ? step.again : step.key);
  const id = nextId(draft, 'f');
  draft.says.push({
    type: 'file_request',
    id,
    filesMax: step.filesMax,
    optional: step.optional,
  });
  awaits(draft, { kind: 'files', step: step.id, choiceId: id });
}

/**
 * Shows the options: for the first time; again, after an answer that was none of them; or in short, after a word beside
 * the point. Whoever has missed them twice is offered a person with them. False when the list to choose from is empty.
 */
export function putChoice(
  draft: Draft,
  flow: Flow,
  step: ChooseStep,
  how: 'first' | 'again' | 'short',
): boolean {
  const options = optionsOf(draft, flow, step);
  if (options.length === 0) return false;
  sayText(draft, how === 'again' ? step.again : step.key);
  const none: readonly SayOption[] =
    step.none === undefined ? [] : [{ value: noneValue, key: 'common.none_of_these' }];
  const isOffered = options.some(({ value }) => value === 'person' || value === 'agent');
  const isStuck = !isOffered && (top(draft)?.attempts ?? 0) >= personFromMisses;
  const person: readonly SayOption[] = isStuck
    ? [{ value: personValue, key: 'common.person' }]
    : [];
  const choiceId = nextId(draft, 'c');
  const all = [...options, ...none, ...person];
  const again = how === 'first' ? {} : { again: true };
  draft.says.push({ type: 'choices', id: choiceId, options: all, ...again });
  awaits(draft, { kind: 'choose', step: step.id, choiceId, options: all });
  return true;
}

/** What a choice offers now. */
export function optionsOf(draft: Draft, flow: Flow, step: ChooseStep): readonly SayOption[] {
  if (step.from !== undefined) {
    const items = evaluate(draft, `$${step.from}`);
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown) => itemOption(item)).slice(0, optionsMax);
  }
  const spec = slotOf(flow, step.slot);
  if (spec.type === 'language') {
    const { languages } = draft.context.phrasebook;
    return languages.map((tag) => ({ value: tag, key: `languages.${tag}` }));
  }
  return (spec.options ?? []).map((value) => ({
    value,
    key: `${flow.id}.${step.slot}.${value}`,
  }));
}

/** Records that a list holds are told apart by their id. */
function itemOption(item: unknown): readonly SayOption[] {
  if (typeof item !== 'object' || item === null || !('id' in item)) return [];
  if (typeof item.id !== 'string' || item.id.startsWith('_')) return [];
  return [{ value: item.id, item: item as { readonly id: string } }];
}

/** Shows what the act step will do and asks for a yes to exactly that. */
export function putConsent(
  draft: Draft,
  step: ConfirmStep,
  digest: string,
  how: 'first' | 'again' | 'changed' | 'expired',
): void {
  if (how === 'again') say(draft, 'consent.again');
  if (how === 'changed') say(draft, 'consent.changed');
  if (how === 'expired') say(draft, 'consent.expired');
  if (how !== 'again') sayText(draft, step.key);
  const shown = evaluateAll(draft, step.shows);
  if (Object.keys(shown).length > 0) {
    draft.says.push({ type: 'card', kind: 'consent', of: shown });
  }
  const choiceId = nextId(draft, 'c');
  draft.says.push({
    type: 'choices',
    id: choiceId,
    options: [
      { value: 'yes', key: 'consent.yes' },
      { value: 'no', key: 'consent.no' },
    ],
  });
  emit(draft, { type: 'consent.asked', choiceId, step: step.id, digest, shown });
  awaits(draft, {
    kind: 'confirm',
    step: step.id,
    choiceId,
    digest,
    askedAtMs: draft.context.nowMs,
  });
}

/** Digest of what an act step would do with the slots as they are now. */
export function digestOf(draft: Draft, step: ActStep): string {
  return draft.context.digest(
    canonical({ action: step.action, args: evaluateAll(draft, step.args) }),
  );
}

/** A yes counts for what was shown and soon after it was shown; otherwise it is asked again. */
const consentTtlMs = 30 * 60_000;

/** What was shown then is too long ago for a yes to it. */
export function isStale({ context }: Draft, shownAtMs: number): boolean {
  return context.nowMs - shownAtMs > consentTtlMs;
}

/**
 * Whether the customer said yes to exactly these arguments, and it has not been used. `late`: they did, but so long ago
 * (a code was asked for in between, and came much later) that it counts no more.
 */
export function consentTo(draft: Draft, digest: string): 'given' | 'late' | 'none' {
  const { consents = {}, consentsShownAtMs = {} } = top(draft) ?? {};
  const [step] = Object.entries(consents).find(([, one]) => one === digest) ?? [];
  if (step === undefined) return 'none';
  const shownAtMs = consentsShownAtMs[step];
  return shownAtMs !== undefined && isStale(draft, shownAtMs) ? 'late' : 'given';
}
