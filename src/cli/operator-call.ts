import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createAudit, entryOfEvent } from '../audit/index.ts';
import { Fault } from '../core/index.ts';
import { createIdentity, makePassword } from '../identity/index.ts';
import {
  obey,
  operatorAnswerSchema,
  type OperatorAnswer,
  type OperatorOrder,
} from '../operator/index.ts';
import { openSecrets, readOperatorKey } from '../service/secrets.ts';
import { openSqliteStore } from '../store/index.ts';

export interface Where {
  readonly url: string;
  readonly data: string;
}

/** Has the running service do it, or does it in the data folder itself when none is running. */
export async function order(what: OperatorOrder, where: Where): Promise<OperatorAnswer> {
  if (!existsSync(where.data)) {
    throw new Fault('not_found', `There is no data folder at ${where.data}: name it with --data.`);
  }
  return (await ask(what, where)) ?? offline(what, where.data);
}

/** Undefined when no service answers. */
async function ask(what: OperatorOrder, { url, data }: Where): Promise<OperatorAnswer | undefined> {
  if (!existsSync(join(data, 'secrets.json'))) return undefined;
  const key = await readOperatorKey(data);
  const response = await fetch(`${url}/api/operator/desk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(what),
  }).catch(() => undefined);
  if (!response) return undefined;
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return operatorAnswerSchema.parse(answer);
  const { error } = (answer ?? {}) as { readonly error?: { code: string; message: string } };
  const told = error ? `${error.code}: ${error.message}` : `status ${response.status}`;
  throw new Fault('bad_request', `The service at ${url} refused.\n${told}`);
}

async function offline(what: OperatorOrder, data: string): Promise<OperatorAnswer> {
  const clock = (): number => Date.now();
  const store = await openSqliteStore({ folder: data, clock });
  try {
    const secrets = await openSecrets(data);
    const bytes = (text: string) => new TextEncoder().encode(text);
    const { agents } = createIdentity({
      records: store.records,
      clock,
      codeSender: { send: () => Promise.reject(new Fault('internal', 'No codes are sent here.')) },
      secrets: {
        session: { current: { kid: '1', secret: bytes(secrets.session) } },
        codes: bytes(secrets.codes),
      },
      hosts: [],
    });
    const own = { store, folder: data, clock, makePassword };
    const parts = { accounts: agents, deliveries: store.webhooks, ...own };
    if (!store.audit) return await obey(parts, what);
    const audit = createAudit({ store: store.audit, clock, entryOf: entryOfEvent });
    return await obey({ ...parts, audit }, what);
  } finally {
    await store.close();
  }
}
