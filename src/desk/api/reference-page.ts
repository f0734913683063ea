import { z } from 'zod';
import type { ApiRoute } from './route.ts';

/** Served beside the page, so that its policy needs to allow nothing inline. */
export const referenceStyle = `
:root { color-scheme: light dark; --line: light-dark(#d8dce3, #343a46); --soft: light-dark(#f4f6f9, #1b1f27); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; background: light-dark(#fff, #12151b); color: light-dark(#1c2330, #e4e8ef); }
a { color: light-dark(#0b57d0, #8ab4f8); }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
h2 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 4.5rem; text-transform: uppercase; }
p { margin: .4rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0; }
dt { color: light-dark(#5a6475, #9aa4b5); }
dd { margin: 0; }
pre { background: var(--soft); padding: .7rem; overflow: auto; max-height: 22rem; border-radius: 6px; font-size: 13px; }
summary { cursor: pointer; }
`;

/** The reference as one page without scripts, made of the same table as the routes. */
export function referencePage(routes: readonly ApiRoute[]): string {
  const toc = routes.map((route) => `<li><a href="#${anchor(route)}">${heading(route)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kefu desk API</title>
<link rel="stylesheet" href="/api/docs.css">
</head>
<body>
<main>
<h1>Kefu desk API</h1>
<p>All addresses begin with <code>/api/desk</code>. Machine-readable: <a href="/api/openapi.json">openapi.json</a> (OpenAPI 3.1). Programs send <code>Authorization: Bearer kefu_pat_…</code>.</p>
<nav aria-label="Routes"><ul>${toc.join('')}</ul></nav>
${routes.map(section).join('\n')}
</main>
</body>
</html>
`;
}

function section(route: ApiRoute): string {
  const { tells, roles, scope, query, body, reply } = route;
  const who = roles === 'anyone' ? 'anyone' : roles.join(', ');
  return `<section id="${anchor(route)}">
<h2>${heading(route)}</h2>
<p>${escape(tells)}</p>
<dl><dt>Who</dt><dd>${who}</dd><dt>Token scope</dt><dd>${scope ?? 'none: a session is needed'}</dd></dl>
${query ? schema('Query', query, 'input') : ''}${body ? schema('Body', body, 'input') : ''}${schema('Answer', reply, 'output')}
</section>`;
}

function schema(title: string, type: z.ZodType, io: 'input' | 'output'): string {
  const { $schema: _, ...told } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  const text = escape(JSON.stringify(told, null, 2));
  return `<details><summary>${title}</summary><pre tabindex="0">${text}</pre></details>`;
}

const heading = ({ method, path }: ApiRoute): string =>
  `<span class="method">${method}</span> <code>${escape(path)}</code>`;

const anchor = ({ method, path }: ApiRoute): string => `${method}${path.replace(/[^\w]+/g, '-')}`;

function escape(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}
