import type { FileType } from './files.ts';
import type { Value, Values } from './value.ts';

/**
 * What someone sees, free of any channel: a message is a list of blocks. Words are already in the
 * customer's language; every channel can draw each block, at worst as its plain text.
 */
export type Block =
  TextBlock | ChoicesBlock | CardBlock | FormBlock | StepsBlock | QuoteBlock | FileRequestBlock;

/** Plain text. Marks: `**bold**`, lines beginning `1. ` or `- `. Never HTML. */
export interface TextBlock {
  readonly type: 'text';
  readonly text: string;
}

/** Quick replies: answered by `choice` with the same `id`, or in words. Only the latest one is live. */
export interface ChoicesBlock {
  readonly type: 'choices';
  readonly id: string;
  readonly options: readonly ChoiceOption[];
  /** The same were offered just above: drawn as briefly as the channel can. */
  readonly again?: boolean;
}

export interface ChoiceOption {
  readonly value: string;
  readonly label: string;
  /** A second, quieter line, such as a date and state below an amount. */
  readonly detail?: string;
}

/** A thing with a state: transaction, refund, withdrawal, ticket, consent. Rows are label and value, formatted. */
export interface CardBlock {
  readonly type: 'card';
  readonly kind:
    'transaction' | 'refund' | 'withdrawal' | 'ticket' | 'dispute' | 'consent' | 'account';
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
  readonly state?: CardState;
  /** What has happened to it so far, oldest first; `time` is formatted. */
  readonly timeline?: readonly {
    readonly label: string;
    readonly time: string;
    readonly tone: CardState['tone'];
  }[];
}

export interface CardState {
  readonly label: string;
  readonly tone: 'good' | 'wait' | 'bad' | 'plain';
}

/** Things to do one after the other. `items` carry the same marks as a text block. */
export interface StepsBlock {
  readonly type: 'steps';
  readonly title?: string;
  readonly items: readonly string[];
}

/** What something costs or gives: rows of label and value, formatted; the sum stands apart. */
export interface QuoteBlock {
  readonly type: 'quote';
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
  readonly total: { readonly label: string; readonly value: string };
  /** Below the sum, such as until when it holds. */
  readonly note?: string;
}

/**
 * Asks for files; answered by a `send` with `files`, in words, or by the choice `{id, value: '_skip'}` whose label is
 * `skip`. Only the latest one is live.
 */
export interface FileRequestBlock {
  readonly type: 'file_request';
  readonly id: string;
  readonly hint: string;
  readonly filesMax: number;
  readonly types: readonly FileType[];
  /** Words of the button that goes on without files; without it they are needed. */
  readonly skip?: string;
}

/** Fields to fill in; answered by `form` with the same `id`, or, when `secret`, by a `secret` frame that never enters the log. */
export interface FormBlock {
  readonly type: 'form';
  readonly id: string;
  readonly secret: boolean;
  readonly submit: string;
  readonly fields: readonly FormField[];
}

export interface FormField {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'amount' | 'date' | 'email' | 'phone' | 'code';
  readonly required: boolean;
  readonly hint?: string;
}

/**
 * What the dialogue wants said, free of any language: keys of `locales/<lang>/bot.json` and values.
 * The turn has it rendered to blocks in the conversation's language before it is committed, so the
 * log keeps the very words that were read.
 */
export type Say =
  | { readonly type: 'text'; readonly key: string; readonly params?: Values }
  | {
      readonly type: 'choices';
      readonly id: string;
      readonly options: readonly SayOption[];
      /** They were offered just before: labels alone, as far as these tell them apart. */
      readonly again?: boolean;
    }
  | { readonly type: 'card'; readonly kind: CardBlock['kind']; readonly of: Values }
  | {
      readonly type: 'form';
      readonly id: string;
      readonly secret: boolean;
      readonly fields: readonly SayField[];
    }
  /** Each line of the text is one item; a first line that ends in a colon is the title. */
  | { readonly type: 'steps'; readonly key: string; readonly params?: Values }
  /** A fee or exchange quote of the wallet, with what it was asked for. */
  | { readonly type: 'quote'; readonly of: Values }
  | {
      readonly type: 'file_request';
      readonly id: string;
      readonly filesMax: number;
      readonly optional: boolean;
    };

/** A label is a text key with parameters, or, for things picked from a list, the thing itself. */
export type SayOption =
  | { readonly value: string; readonly key: string; readonly params?: Values }
  | { readonly value: string; readonly item: Value };

export interface SayField {
  readonly name: string;
  readonly kind: FormField['kind'];
  /** Text key of the label. */
  readonly key: string;
  readonly params?: Values;
}

/** Renders for one language; throws a bug fault when a key is missing (the content check makes that impossible). */
export interface Phrasebook {
  readonly languages: readonly string[];
  render(language: string, says: readonly Say[]): readonly Block[];
  /** Every wording of a text key; the dialogue's answer matching uses the option labels. */
  text(language: string, key: string, params?: Values): string;
  /** All languages' words of a key, for matching a typed answer against an option's label. */
  label(language: string, option: SayOption): string;
  /** The same words with moments as clocks in this IANA zone show them; the operator's hours stay in the operator's. */
  inZone(timeZone: string): Phrasebook;
}
