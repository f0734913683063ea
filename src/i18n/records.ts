import type { CardBlock, ChoiceOption, Value, Values } from '../core/index.ts';
import { isolated } from './values.ts';

/** What drawing a record takes from its surroundings: one language. */
export interface RecordContext {
  /** The language runs from right to left. */
  readonly rtl: boolean;
  text(key: string): string;
  find(key: string): string | undefined;
  write(value: unknown, field: string): string;
}

type State = NonNullable<CardBlock['state']>;

/** Rows in this order; a row whose value is missing, zero or no news is left out. */
const rowsOf: { readonly [kind in Exclude<CardBlock['kind'], 'consent'>]: readonly string[] } = {
  transaction: [
    'amount',
    'counterparty',
    'method',
    'fee',
    'atMs',
    'expectedByMs',
    'failureReason',
    'id',
  ],
  refund: ['amount', 'transactionId', 'reason', 'requestedAtMs', 'expectedByMs', 'id'],
  withdrawal: ['amount', 'bank', 'requestedAtMs', 'expectedByMs', 'failureReason', 'id'],
  ticket: ['id', 'type', 'openedAtMs'],
  dispute: ['id', 'transactionId', 'openedAtMs'],
  account: ['name', 'phone', 'email', 'kycLevel', 'statusReason'],
};

const tones: { readonly [state: string]: State['tone'] } = {
  pending: 'wait',
  processing: 'wait',
  reviewing: 'wait',
  approved: 'wait',
  open: 'wait',
  in_progress: 'wait',
  overdue: 'bad',
  completed: 'good',
  arrived: 'good',
  paid: 'good',
  won: 'good',
  solved: 'good',
  active: 'good',
  failed: 'bad',
  returned: 'bad',
  refused: 'bad',
  lost: 'bad',
  locked: 'bad',
  restricted: 'bad',
  frozen: 'bad',
};

/** States in which the day something is expected by is still news. */
const open: ReadonlySet<unknown> = new Set(['pending', 'processing', 'reviewing', 'approved']);

/** A record of the wallet, or a consent's rows, as a card: title, labelled rows, state. */
export function drawCard(kind: CardBlock['kind'], of: Values, context: RecordContext): CardBlock {
  const fields = kind === 'consent' ? Object.keys(of) : rowsOf[kind];
  const rows = fields
    .filter((field) => isNews(field, of))
    .map((field) => ({
      label: context.text(`labels.${field}`),
      value: rowValue(field, of, context),
    }));
  const state = kind === 'consent' ? undefined : stateOf(kind, of, context);
  const timeline = kind === 'consent' ? [] : timelineOf(kind, of, context);
  return {
    type: 'card',
    kind,
    title: title(kind, of, context),
    rows,
    ...(state ? { state } : {}),
    ...(timeline.length > 0 ? { timeline } : {}),
  };
}

/** A transfer is not called a payment: the record's own kind, where it has one, names the card. */
function title(kind: CardBlock['kind'], of: Values, context: RecordContext): string {
  const own = kind === 'transaction' ? of['kind'] : undefined;
  const named = typeof own === 'string' ? context.find(`codes.kind.${own}`) : undefined;
  return named ?? context.text(`cards.${kind}`);
}

function isNews(field: string, of: Values): boolean {
  const value = of[field];
  if (value === undefined || value === null || value === '') return false;
  if (field === 'fee') return isPositive(value);
  return field !== 'expectedByMs' || open.has(of['state']);
}

function isPositive(value: Value): boolean {
  return typeof value === 'object' && value !== null && 'minor' in value && value.minor !== 0n;
}

function rowValue(field: string, of: Values, context: RecordContext): string {
  return field === 'bank' ? bankAccount(of, context) : context.write(of[field], field);
}

function bankAccount(of: Values, context: RecordContext): string {
  const bank = context.write(of['bank'], 'bank');
  if (!of['accountTail']) return bank;
  const tail = `··${context.write(of['accountTail'], 'accountTail')}`;
  return context.rtl ? `${isolated(bank)} ${isolated(tail)}` : `${bank} ${tail}`;
}

/** The newest moves of a long story; a story of one move is told by the card's own rows. */
const timelineMax = 8;

function timelineOf(
  kind: string,
  of: Values,
  context: RecordContext,
): NonNullable<CardBlock['timeline']> {
  const entries = of['timeline'];
  if (!Array.isArray(entries) || entries.length < 2) return [];
  return entries.slice(-timelineMax).flatMap((entry: Value) => {
    if (!isMove(entry)) return [];
    const state = stateOf(kind, { state: entry.state }, context);
    return state ? [{ ...state, time: context.write(entry.atMs, 'atMs') }] : [];
  });
}

/** Moves as the wallet writes them; anything else in the list is left out. */
function isMove(entry: Value): entry is { readonly atMs: number; readonly state: string } {
  if (typeof entry !== 'object' || entry === null || !('atMs' in entry)) return false;
  const { atMs, state }: { readonly atMs?: unknown; readonly state?: unknown } = entry;
  return typeof atMs === 'number' && typeof state === 'string';
}

/** States that a newer wallet may have and we have no word for are shown as they are. */
function stateOf(kind: string, of: Values, context: RecordContext): State | undefined {
  const field = kind === 'account' ? 'status' : 'state';
  const code = of['overdue'] === true && of['state'] === 'processing' ? 'overdue' : of[field];
  if (typeof code !== 'string') return undefined;
  return {
    label: context.find(`states.${kind}.${code}`) ?? code,
    tone: Object.hasOwn(tones, code) ? (tones[code] ?? 'plain') : 'plain',
  };
}

type Choice = Pick<ChoiceOption, 'label' | 'detail'>;

/** A thing to pick from a list: a record as its amount and counterparty, date and state below; anything else as its words. */
export function drawChoice(item: Value, context: RecordContext): Choice {
  if (!isRecord(item)) return { label: context.write(item, '') };
  const kind = kindOf(item);
  const state = kind && stateOf(kind, item, context)?.label;
  const labels = [
    'amount' in item ? context.write(item['amount'], 'amount') : undefined,
    kind === 'withdrawal' ? bankAccount(item, context) : undefined,
    ...['counterparty', 'type'].map((field) =>
      item[field] ? context.write(item[field], field) : undefined,
    ),
  ].filter((part) => part !== undefined);
  const at = ['atMs', 'requestedAtMs', 'openedAtMs'].find((field) => field in item);
  const details = [at && context.write(item[at], at), state].filter((part) => !!part);
  const label = side(labels, context) || context.write(item['id'], 'id');
  return details.length > 0 ? { label, detail: side(details, context) } : { label };
}

/** From right to left, words of another script would trade places with what stands beside them. */
function side(parts: readonly (string | undefined)[], { rtl }: RecordContext): string {
  return parts.map((part = '') => (rtl && parts.length > 1 ? isolated(part) : part)).join(' · ');
}

function isRecord(item: Value): item is Values {
  return (
    typeof item === 'object' &&
    item !== null &&
    !Array.isArray(item) &&
    !('minor' in item) &&
    Object.keys(item).length > 2
  );
}

/** A list slot does not say what its records are; each kind has a field that no other has. */
function kindOf(item: Values): Exclude<CardBlock['kind'], 'consent' | 'account'> | undefined {
  if ('counterparty' in item) return 'transaction';
  if ('bank' in item) return 'withdrawal';
  if ('timeline' in item) return 'ticket';
  if ('transactionId' in item) return 'amount' in item ? 'refund' : 'dispute';
  return undefined;
}
