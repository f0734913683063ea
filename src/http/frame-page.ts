import type { Express } from 'express';

/** Everything that the page needs, and nothing that could be put into it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];

/**
 * Headers of the one page that others may hold in a frame: those of the given origins, asked for each time, and our
 * own. The browser enforces it for every page around it, so what comes from the parent comes from one of them. To be mounted
 * before the folder that has the page.
 */
export function mountFramePage(
  app: Pick<Express, 'get'>,
  path: string,
  origins: () => readonly string[],
): void {
  app.get(path, (_request, response, next) => {
    const ancestors = ["frame-ancestors 'self'", ...origins()].join(' ');
    response.setHeader('Content-Security-Policy', [...policy, ancestors].join('; '));
    // The older header knows no list; the policy above is what counts.
    response.removeHeader('X-Frame-Options');
    next();
  });
}
