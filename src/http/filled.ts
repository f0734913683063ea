import type { Express } from 'express';
import { readFile } from 'node:fs/promises';
import { crossOriginHeaders } from './static.ts';

export interface FilledOptions {
  /** Where it is served, such as `/widget.js`. */
  readonly path: string;
  readonly file: string;
  /** What stands in the file for the text. */
  readonly mark: string;
  /** Asked for each time; must be safe where the mark stands. */
  readonly text: () => string;
}

/**
 * A script that others load, with a word of the operator's put in: asked for again each time (ETag), so that a change
 * reaches the next page, and read anew, so that a new build does too. To be mounted before the folder that has the file.
 */
export function mountFilled(app: Pick<Express, 'get'>, options: FilledOptions): void {
  const { path, file, mark, text } = options;
  app.get(path, crossOriginHeaders(true), async (_request, response, next) => {
    const script = await readFile(file, 'utf8').catch(() => undefined);
    if (script === undefined) return next();
    response.setHeader('Cache-Control', 'no-cache');
    return response.type('js').send(script.replace(mark, () => text()));
  });
}
