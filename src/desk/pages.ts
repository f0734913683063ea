import { join } from 'node:path';
import { Router, static as files } from 'express';
import type { Express, Response } from 'express';

/** The page loads nothing but its own files and runs nothing inline; no other page may frame it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The built page under /desk/. Its own addresses (/desk/c/…) all give the one document. */
export function mountPages(app: Express, folder: string): void {
  const pages = Router();
  pages.use((_request, response, next) => {
    response.set({
      'Content-Security-Policy': policy,
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
    next();
  });
  // Names below assets/ carry a hash of their content.
  pages.use(
    '/assets',
    files(join(folder, 'assets'), { immutable: true, maxAge: '1y', fallthrough: false }),
  );
  pages.use(files(folder, { index: false, cacheControl: false }));
  pages.get('/{*path}', (_request, response, next) => {
    sendPage(response, folder, next);
  });
  app.use('/desk', pages);
}

function sendPage(response: Response, folder: string, next: (error?: unknown) => void): void {
  response.set('Cache-Control', 'no-cache');
  response.sendFile('index.html', { root: folder, cacheControl: false }, (error) => {
    if (error) next(error);
  });
}
