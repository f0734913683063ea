import { createEntityReader } from './entities/read.ts';
import { normalise } from './normalise.ts';

/** From a text as typed to the text that features are made of: ids, amounts and numbers masked, then normalised. */
export function createPreparer(reader = createEntityReader()): (text: string) => string {
  return (text) => normalise(reader.mask(text));
}
