import { createHash, timingSafeEqual } from 'node:crypto';
import { json } from 'express';
import type { Audit } from '../audit/index.ts';
import { parseBundle } from '../content/index.ts';
import { Fault } from '../core/index.ts';
import type { HttpServer, Request, Response } from '../http/index.ts';
import type { Library, Published } from '../library/index.ts';
import type { Log } from '../ops/index.ts';
import { obey, operatorOrderSchema, type OrderParts } from './orders.ts';

export interface OperatorDeps {
  readonly http: Pick<HttpServer, 'app'>;
  readonly library: Library;
  /** Accounts and webhooks of the desk. */
  readonly orders: OrderParts;
  /** Whoever names it in `Authorization: Bearer …` is the operator. */
  readonly key: string;
  /** The chain that publications are kept in. */
  readonly audit?: Pick<Audit, 'record'>;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

const path = '/api/operator/content';
/** Some ten times the shipped content. */
const bodyMax = '32mb';

/** Publishing and rolling back of content in a running service, for who can read its data folder. */
export function mountOperator({ http, library, orders, key, audit, log }: OperatorDeps): void {
  const wanted = digestOf(key);
  const operatorOnly = (request: Request, response: Response, next: () => void): void => {
    response.setHeader('Cache-Control', 'no-store');
    const [, given = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (!timingSafeEqual(digestOf(given), wanted)) {
      throw new Fault('bad_token', 'The operator key is not the one of this data folder.');
    }
    next();
  };
  // The key is asked for before the body is read: nobody else may send so much.
  const body = json({ limit: bodyMax, inflate: false });
  http.app.get(path, operatorOnly, (_request, response) => {
    const { hash, origin, content, phrasebook } = library.current;
    const flows = Object.keys(content.flows).length;
    response.json({ hash, origin, flows, languages: phrasebook.languages });
  });
  const change = async (what: string, response: Response, work: () => Promise<Published>) => {
    const startedMs = performance.now();
    try {
      const published = await work();
      const tookMs = Math.round(performance.now() - startedMs);
      log.info(
        { audit: what, by: 'operator', ...published, tookMs },
        'the content in force changed',
      );
      const { hash } = published;
      await audit?.record({
        kind: `content.${what}`,
        actor: 'operator',
        subject: `content:${hash}`,
        details: { hash },
      });
      response.json({ ...published, tookMs });
    } catch (error) {
      const code = error instanceof Fault ? error.code : 'internal';
      log.warn({ audit: what, by: 'operator', code }, 'a change of content was refused');
      throw error;
    }
  };
  http.app.post(path, operatorOnly, body, async (request, response) => {
    const bundle = parseBundle((request.body as { readonly files?: unknown } | undefined)?.files);
    await change('publish', response, () => library.publish(bundle));
  });
  http.app.post('/api/operator/desk', operatorOnly, json(), async (request, response) => {
    const parsed = operatorOrderSchema.safeParse(request.body);
    if (!parsed.success) throw new Fault('bad_request', 'This is no order of the reference.');
    const answer = await obey(orders, parsed.data);
    log.info({ audit: parsed.data.do, by: 'operator' }, 'the operator changed accounts');
    response.json(answer);
  });
  http.app.post(`${path}/rollback`, operatorOnly, async (_request, response) => {
    await change('rollback', response, () => library.rollback());
  });
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
