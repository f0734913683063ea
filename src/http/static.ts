import type { Express, RequestHandler } from 'express';
import express from 'express';
import { join } from 'node:path';

export interface FolderOptions {
  /** Where it is served, such as `/desk`. */
  readonly at: string;
  readonly folder: string;
  /** Page for every address below `at` that is no file: an app that routes by itself. */
  readonly fallback?: string;
  /** Other sites load these files: the widget on its host's pages. */
  readonly crossOrigin?: boolean;
}

/** Vite's names: under `assets/`, ending in eight characters of the content's hash. */
const hashedName = /[\\/]assets[\\/].*-[\w-]{8}\.[a-z0-9]+$/i;

/** Files whose name has their hash never change, so they are kept for a year; all else is asked for again each time (ETag). */
export function mountFolder(app: Pick<Express, 'use' | 'get'>, options: FolderOptions): void {
  const headers = crossOriginHeaders(options.crossOrigin ?? false);
  const files = express.static(options.folder, {
    index: 'index.html',
    dotfiles: 'ignore',
    setHeaders(response, path) {
      const kept = hashedName.test(path);
      response.setHeader(
        'Cache-Control',
        kept ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  app.use(options.at, headers, files);
  if (options.fallback) app.use(options.at, pageFallback(join(options.folder, options.fallback)));
}

export function crossOriginHeaders(crossOrigin: boolean): RequestHandler {
  return (_request, response, next) => {
    if (crossOrigin) {
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
      response.setHeader('Access-Control-Allow-Origin', '*');
    }
    next();
  };
}

/** Only for what a person navigates to: a missing script must be a 404, not a page. */
function pageFallback(page: string): RequestHandler {
  return (request, response, next) => {
    const wanted = request.method === 'GET' && /\btext\/html\b/.test(request.headers.accept ?? '');
    const isFile = /\.[a-z0-9]+$/i.test(request.path);
    if (!wanted || isFile) return next();
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(page, (failure) => failure && next());
  };
}
