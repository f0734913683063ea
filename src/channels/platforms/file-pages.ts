import { pipeline } from 'node:stream/promises';
import { fileHeaders } from '../../files/index.ts';
import { filePath, readFileLink } from './file-links.ts';
import { over } from './link-pages.ts';
import type { PlatformsDeps } from './ports.ts';

/** Serves what the links to files name. To be called before the server listens. */
export function mountFileLinks(deps: PlatformsDeps): void {
  deps.http.app.get(`${filePath}/:token`, async (request, response) => {
    const id = readFileLink(deps.settings.linkSecret, request.params.token, deps.clock());
    const file = id === undefined ? undefined : await deps.files.find(id);
    if (!file) return over(deps, response);
    response.set({
      ...fileHeaders(file.ref),
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex',
    });
    if (request.method === 'HEAD') return void response.end();
    await pipeline(file.open(), response);
  });
}
