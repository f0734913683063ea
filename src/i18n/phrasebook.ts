import { Fault, fileTypes } from '../core/index.ts';
import type {
  Block,
  ChoiceOption,
  FormBlock,
  Phrasebook,
  Say,
  SayOption,
  Values,
} from '../core/index.ts';
import { createFormats } from './formats.ts';
import type { Formats } from './formats.ts';
import { isRtl, matchLanguage } from './languages.ts';
import { drawQuote, drawSteps } from './quotes.ts';
import { drawCard, drawChoice } from './records.ts';
import type { RecordContext } from './records.ts';
import { withoutMarks, writeValue } from './values.ts';
import type { ValueContext } from './values.ts';
import { createWordings } from './wordings.ts';
import type { Locales, Wordings } from './wordings.ts';

export interface PhrasebookOptions {
  /** Language → the parsed `locales/<lang>/bot.json`; English, else the first, serves a language that none matches. */
  readonly locales: Locales;
  /**
   * The operator's values as texts name them (`{{workspace.brand}}`), asked for at every text, so that a
   * change shows at once. Terms may be left as structures (`{from, to}` days, opening spans, `{hours}`);
   * `timeZone` is the operator's, UTC when it is missing; moments are shown in it unless `inZone` names another.
   */
  readonly workspaceValues: (language: string) => Values;
}

/**
 * The words of every language. A text with several wordings gives number `params.turn`, counted round, the
 * first without it: equal calls give equal words. Values are formatted by shape and field name and can
 * neither carry marks nor placeholders into a text. Faults with `bad_content` for a key that a language lacks.
 */
export function createPhrasebook({ locales, workspaceValues }: PhrasebookOptions): Phrasebook {
  const languages = Object.keys(locales);
  const fallback = languages.includes('en') ? 'en' : languages[0];
  if (fallback === undefined)
    throw new Fault('bad_content', 'no language: locales/ holds no bot.json');
  const formats = createFormatsCache();
  const wordings: Wordings = createWordings(locales, (value, path, language, how) => {
    const field = path.slice(path.lastIndexOf('.') + 1);
    const context = { ...valueContext(language), isolates: isRtl(language) };
    return withoutMarks(writeValue(value, field, context, how));
  });
  const say = (language: string, key: string, params: Values = {}): string => {
    const turn = params['turn'];
    const workspace = workspaceValues(language);
    formats.keepZone(language, workspace);
    const values = { ...params, workspace };
    return wordings.say(language, key, values, typeof turn === 'number' ? turn : 0);
  };
  const valueContext = (language: string): ValueContext => ({
    formats: formats.of(language),
    find: (key, values) =>
      wordings.has(language, key) ? wordings.say(language, key, values, 0) : undefined,
  });
  const recordContext = (language: string): RecordContext => {
    formats.keepZone(language, workspaceValues(language));
    const values = valueContext(language);
    return {
      rtl: isRtl(language),
      text: (key) => say(language, key),
      find: (key) => values.find(key, {}),
      write: (value, field) => writeValue(value, field, values),
    };
  };
  const offered = (language: string): string =>
    languages.includes(language) ? language : (matchLanguage(language, languages) ?? fallback);
  const words: Words = { say, recordContext };
  const bookIn = (zone: string | undefined): Phrasebook => {
    const shown = <T>(work: () => T): T => formats.showing(zone, work);
    return {
      languages,
      render: (language, says) =>
        shown(() => says.map((one) => renderOne(one, offered(language), words))),
      text: (language, key, params) => shown(() => say(offered(language), key, params)),
      label: (language, option) =>
        shown(() => renderOption(option, offered(language), words).label),
      inZone: bookIn,
    };
  };
  return bookIn(undefined);
}

interface Words {
  readonly say: (language: string, key: string, params?: Values) => string;
  readonly recordContext: (language: string) => RecordContext;
}

function renderOne(say: Say, language: string, words: Words): Block {
  switch (say.type) {
    case 'text':
      return { type: 'text', text: words.say(language, say.key, say.params) };
    case 'choices': {
      const options = say.options.map((option) => renderOption(option, language, words));
      if (say.again !== true) return { type: 'choices', id: say.id, options };
      return { type: 'choices', id: say.id, options: withoutDetails(options), again: true };
    }
    case 'card':
      return drawCard(say.kind, say.of, words.recordContext(language));
    case 'form':
      return renderForm(say, language, words);
    case 'steps':
      return drawSteps(words.say(language, say.key, say.params));
    case 'quote': {
      const records = words.recordContext(language);
      const text = (key: string, params?: Values) => words.say(language, key, params);
      return drawQuote(say.of, {
        write: (value, field) => records.write(value, field),
        text,
      });
    }
    case 'file_request':
      return {
        type: 'file_request',
        id: say.id,
        hint: words.say(language, 'files.hint', { count: say.filesMax }),
        filesMax: say.filesMax,
        types: fileTypes,
        ...(say.optional && { skip: words.say(language, 'files.skip') }),
      };
  }
}

function renderOption(option: SayOption, language: string, words: Words): ChoiceOption {
  const { value } = option;
  return 'key' in option
    ? { value, label: words.say(language, option.key, option.params) }
    : { value, ...drawChoice(option.item, words.recordContext(language)) };
}

/** A list that was read before needs only what tells its entries apart. */
function withoutDetails(options: readonly ChoiceOption[]): readonly ChoiceOption[] {
  return options.map((option) => {
    const isAlone = options.filter(({ label }) => label === option.label).length === 1;
    return isAlone ? { value: option.value, label: option.label } : option;
  });
}

function renderForm(
  form: Extract<Say, { type: 'form' }>,
  language: string,
  words: Words,
): FormBlock {
  const context = words.recordContext(language);
  return {
    type: 'form',
    id: form.id,
    secret: form.secret,
    submit: words.say(language, form.secret ? 'forms.submit_code' : 'forms.submit'),
    fields: form.fields.map(({ name, kind, key, params }) => {
      const hint = context.find(`forms.hint.${kind}`);
      const label = words.say(language, key, params);
      return { name, label, kind, required: true, ...(hint === undefined ? {} : { hint }) };
    }),
  };
}

/** Of language, operator's zone and shown zone: a world's visitors, while one shop's are of one or two zones. */
const formatsMax = 64;

/** Intl objects are slow to make: those of the latest languages and zones are kept. */
function createFormatsCache() {
  const zones = new Map<string, string>();
  const made = new Map<string, Formats>();
  // Of the call under way: words are made in one go, without a pause in which another call could come between.
  let shownZone: string | undefined;
  return {
    showing: <T>(zone: string | undefined, work: () => T): T => {
      const before = shownZone;
      shownZone = zone;
      try {
        return work();
      } finally {
        shownZone = before;
      }
    },
    keepZone: (language: string, workspace: Values): void => {
      const zone = workspace['timeZone'];
      zones.set(language, typeof zone === 'string' ? zone : 'UTC');
    },
    of: (language: string): Formats => {
      const zone = zones.get(language) ?? 'UTC';
      const key = `${language} ${zone} ${shownZone ?? zone}`;
      const known = made.get(key);
      if (known) return known;
      const formats = createFormats(language, zone, shownZone);
      if (made.size >= formatsMax) made.delete(made.keys().next().value ?? '');
      made.set(key, formats);
      return formats;
    },
  };
}
