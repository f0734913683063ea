import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Fault } from '../../core/index.ts';
import type { Clock, RandomId } from '../../core/index.ts';
import { deskWebhookTopics } from '../../protocol/index.ts';
import type { DeskWebhookTopic } from '../../protocol/index.ts';
import type { RecordStore, WebhookStore } from '../../store/index.ts';
import { checkAddress } from './address.ts';

const kind = 'webhook';
const webhooksMax = 50;

const stored = z.object({
  id: z.string(),
  url: z.string(),
  topics: z.array(z.enum(deskWebhookTopics)),
  enabled: z.boolean(),
  createdAtMs: z.number(),
  /** Events after this one of the log are sent: nobody gets what was before they asked. */
  afterEvent: z.int(),
  secret: z.string(),
});
export type Webhook = z.infer<typeof stored>;

interface EndpointDeps {
  readonly records: RecordStore;
  readonly deliveries: WebhookStore;
  readonly clock: Clock;
  readonly randomId: RandomId;
}

export async function listWebhooks({
  records,
}: Pick<EndpointDeps, 'records'>): Promise<readonly Webhook[]> {
  return (await records.list(kind, webhooksMax)).map(({ body }) => stored.parse(JSON.parse(body)));
}

export async function readWebhook(
  { records }: Pick<EndpointDeps, 'records'>,
  id: string,
): Promise<Webhook | undefined> {
  const body = await records.get(kind, id);
  return body === undefined ? undefined : stored.parse(JSON.parse(body));
}

/** Gives the webhook with the secret that its deliveries are signed with. Faults: bad_request for an address that may not be called, conflict when there are too many. */
export async function createWebhook(
  deps: EndpointDeps,
  asked: { readonly url: string; readonly topics: readonly DeskWebhookTopic[] },
): Promise<Webhook> {
  const wrong = checkAddress(asked.url);
  if (wrong !== undefined) throw new Fault('bad_request', `url: ${wrong}`);
  if ((await listWebhooks(deps)).length >= webhooksMax) {
    throw new Fault('conflict', `There are ${webhooksMax} webhooks already.`);
  }
  const webhook: Webhook = {
    id: `wh-${deps.randomId()}`,
    url: asked.url,
    topics: [...new Set(asked.topics)],
    enabled: true,
    createdAtMs: deps.clock(),
    afterEvent: await deps.deliveries.lastEvent(),
    secret: `whsec_${randomBytes(32).toString('base64')}`,
  };
  await deps.records.insert(kind, webhook.id, JSON.stringify(webhook));
  return webhook;
}

export async function enableWebhook(
  { records }: Pick<EndpointDeps, 'records'>,
  id: string,
  enabled: boolean,
): Promise<Webhook | undefined> {
  for (;;) {
    const body = await records.get(kind, id);
    if (body === undefined) return undefined;
    const next = { ...stored.parse(JSON.parse(body)), enabled };
    if (await records.replace(kind, id, body, JSON.stringify(next))) return next;
  }
}

export async function removeWebhook(deps: EndpointDeps, id: string): Promise<boolean> {
  if ((await deps.records.get(kind, id)) === undefined) return false;
  await deps.records.remove(kind, id);
  await deps.deliveries.forget(id);
  return true;
}
