import type { FileRef, Value } from '../core/index.ts';
import { aside, putAgain } from './again.ts';
import { putFiles, skipValue } from './ask.ts';
import { goTo } from './control.ts';
import { awaits, current, emit, following, say, type Draft } from './draft.ts';
import type { FilesStep } from './flow.ts';
import { saysNo, saysYes, type Heard } from './heard.ts';
import { isPhrase } from './phrases.ts';
import { run } from './run.ts';
import type { At } from './steps.ts';

/** In one slot, over several messages. */
const filesMax = 20;

/** An answer in words to the question for files. False when it is something else. */
export function answerFiles(draft: Draft, at: At<FilesStep>, heard: Heard): boolean {
  const isNone =
    isPhrase(draft, 'words.skip', heard.text) ||
    isPhrase(draft, 'words.none', heard.text) ||
    saysNo(draft, heard);
  if (isNone && at.step.optional) {
    skipFiles(draft, at);
    return true;
  }
  if (isNone || !saysYes(draft, heard)) return false;
  if (aside(draft)) putFiles(draft, at.step, true);
  return true;
}

/** The button that goes on without. False when it is another, or files are needed. */
export function pressFiles(draft: Draft, at: At<FilesStep>, value: string): boolean {
  if (value !== skipValue || !at.step.optional) return false;
  skipFiles(draft, at);
  return true;
}

function skipFiles(draft: Draft, { flow, step }: At<FilesStep>): void {
  awaits(draft, null);
  goTo(draft, following(flow, step));
  run(draft);
}

/**
 * Files have come: as the answer, or early for a flow that keeps some, or out of the blue. True when the message is dealt
 * with; false when its words say more.
 */
export function takeFiles(draft: Draft, files: readonly FileRef[], text: string): boolean {
  const at = current(draft);
  const { pending, owner } = draft.state;
  if (at?.step.kind === 'files' && pending?.kind === 'files') {
    keep(draft, at.step.slot, files);
    awaits(draft, null);
    run(draft);
    return true;
  }
  const slot = owner.by === 'bot' ? slotForFiles(at) : undefined;
  if (slot !== undefined) keep(draft, slot, files);
  if (text.trim() !== '') return false;
  if (owner.by !== 'bot') say(draft, 'handoff.noted');
  else if (aside(draft)) {
    say(draft, slot === undefined ? 'files.received' : 'files.kept');
    putAgain(draft);
  }
  return true;
}

/** Where the flow at hand keeps files, asked for already or not. */
function slotForFiles(at: At | undefined): string | undefined {
  const step = at?.flow.steps.find(({ kind }) => kind === 'files');
  return step?.kind === 'files' ? step.slot : undefined;
}

function keep(draft: Draft, slot: string, files: readonly FileRef[]): void {
  const before = current(draft)?.frame.slots[slot];
  const held: readonly Value[] = Array.isArray(before) ? before : [];
  const all = [...held, ...files.map((file) => ({ ...file }))];
  emit(draft, { type: 'slots.set', slots: { [slot]: all.slice(-filesMax) } });
}
