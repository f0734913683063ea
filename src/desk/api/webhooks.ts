import { z } from 'zod';
import { Fault } from '../../core/index.ts';
import {
  deskDeliveriesSchema,
  deskReplayedSchema,
  deskReplaySchema,
  deskWebhookChangeSchema,
  deskWebhookCreatedSchema,
  deskWebhookCreateSchema,
  deskWebhookSchema,
  deskWebhooksSchema,
  deskWebhookTopics,
} from '../../protocol/index.ts';
import type { DeskDelivery, DeskWebhook, DeskWebhookTopic } from '../../protocol/index.ts';
import type { DeliveryRow } from '../../store/index.ts';
import {
  createWebhook,
  enableWebhook,
  listWebhooks,
  readWebhook,
  removeWebhook,
  type Webhook,
} from '../webhooks/endpoints.ts';
import type { ApiDeps } from './deps.ts';
import { admins, emptyReply, paramOf, route } from './route.ts';

const deliveriesMax = 200;

const shared = { roles: admins, scope: 'webhooks' } as const;

export const webhookRoutes = [
  route({
    ...shared,
    method: 'get',
    path: '/webhooks',
    tells: 'Addresses that events are sent to, with how many deliveries wait or were given up.',
    reply: deskWebhooksSchema,
    run: async (deps) => {
      const all = await listWebhooks(deps.api);
      return { webhooks: await Promise.all(all.map((webhook) => toWebhook(deps, webhook))) };
    },
  }),
  route({
    ...shared,
    method: 'post',
    path: '/webhooks',
    tells: 'A new address; gives the secret that deliveries are signed with, once.',
    body: deskWebhookCreateSchema,
    reply: deskWebhookCreatedSchema,
    run: async (deps, { body }) => {
      const webhook = await createWebhook(endpointDeps(deps), body);
      return { webhook: await toWebhook(deps, webhook), secret: webhook.secret };
    },
  }),
  route({
    ...shared,
    method: 'patch',
    path: '/webhooks/:id',
    tells: 'Switches an address on or off; while it is off nothing new is sent to it.',
    body: deskWebhookChangeSchema,
    reply: deskWebhookSchema,
    run: async (deps, { body, request }) => {
      const webhook = await enableWebhook(deps.api, paramOf(request, 'id'), body.enabled);
      if (!webhook) throw noWebhook();
      return toWebhook(deps, webhook);
    },
  }),
  route({
    ...shared,
    method: 'delete',
    path: '/webhooks/:id',
    tells: 'Removes an address and what waits for it.',
    reply: emptyReply,
    run: async (deps, { request }) => {
      if (!(await removeWebhook(endpointDeps(deps), paramOf(request, 'id')))) throw noWebhook();
      return {};
    },
  }),
  route({
    ...shared,
    method: 'get',
    path: '/webhooks/:id/deliveries',
    tells: 'Deliveries that wait, are done, or were given up; the latest first.',
    query: z.object({ state: z.enum(['waiting', 'done', 'dead']).default('dead') }),
    reply: deskDeliveriesSchema,
    run: async ({ api }, { query, request }) => {
      const rows = await api.deliveries.list(paramOf(request, 'id'), query.state, deliveriesMax);
      return { deliveries: rows.map(toDelivery) };
    },
  }),
  route({
    ...shared,
    method: 'post',
    path: '/webhooks/:id/replay',
    tells: 'Tries deliveries again that were given up, all or those named.',
    body: deskReplaySchema,
    reply: deskReplayedSchema,
    run: async ({ api, clock }, { body, request }) => {
      const id = paramOf(request, 'id');
      if (!(await readWebhook(api, id))) throw noWebhook();
      const replayed = await api.deliveries.replay(id, clock(), body.deliveries);
      api.webhooks.nudge();
      return { replayed };
    },
  }),
];

const noWebhook = (): Fault => new Fault('not_found', 'There is no such webhook.');

function endpointDeps({ api, clock }: ApiDeps) {
  const { records, deliveries, randomId } = api;
  return { records, deliveries, randomId, clock };
}

async function toWebhook({ api }: ApiDeps, webhook: Webhook): Promise<DeskWebhook> {
  const { id, url, topics, enabled, createdAtMs } = webhook;
  const { waiting, dead, lastError } = await api.deliveries.counts(id);
  return { id, url, topics, enabled, createdAtMs, waiting, dead, lastError };
}

function toDelivery(row: DeliveryRow): DeskDelivery {
  const { id, conversationId, state, attempts, dueAtMs, error } = row;
  const topic = deskWebhookTopics.find((one): one is DeskWebhookTopic => one === row.topic);
  return {
    id,
    topic: topic ?? 'conversation.started',
    conv: conversationId,
    state,
    attempts,
    dueAtMs,
    error,
  };
}
