export { createPhrasebook } from './phrasebook.ts';
export type { PhrasebookOptions } from './phrasebook.ts';
export { languageOf, matchLanguage } from './languages.ts';
export type { Language } from './languages.ts';
export type { Locales } from './wordings.ts';
export type { HourCount, OpenSpan, WorkingDays } from './terms.ts';
