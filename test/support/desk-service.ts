import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig } from '../../src/service/config.ts';
import { parseClientMessageId, parseCustomerId, parseVisitorId } from '../../src/core/index.ts';
import type { ConversationId } from '../../src/core/index.ts';
import type { ConversationEvent } from '../../src/dialogue/index.ts';
import type { AgentRole } from '../../src/identity/index.ts';
import { startService } from '../../src/service/service.ts';
import { deskClient } from './desk-world.ts';
import { testStoreEnvironment } from './stores.ts';

export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}

/** The whole service in this process, on a free port over a folder of its own, with its first admin signed in. */
export async function deskService() {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-desk-service-'));
  const cache = resolve(import.meta.dirname, '../../.cache');
  const env = { PORT: '0', KEFU_DATA: folder, KEFU_CACHE: cache, LOG_LEVEL: 'silent' };
  // All of a test's requests come from one address.
  const limits = { KEFU_REQUESTS_PER_MINUTE: '1000000' };
  const stored = await testStoreEnvironment(folder);
  const service = await startService(readConfig({ ...env, ...limits, ...stored }));
  const origin = service.url;
  const { core } = service;
  const admin = deskClient(origin);
  await admin.post('/sign-in', known(service.firstAgent));

  /** A new agent, signed in. */
  async function agent(name: string, role: AgentRole = 'agent', customerId?: string) {
    const email = `${name.toLowerCase()}@example.com`;
    const person = { email, name, role, ...(customerId !== undefined && { customerId }) };
    const { body } = await admin.post('/agents', person);
    const made = body as unknown as { agent: { agentId: string }; password: string };
    const client = deskClient(origin);
    await client.post('/sign-in', { email, password: made.password });
    return { ...client, email, password: made.password, agentId: made.agent.agentId };
  }

  /** A conversation of this customer, or of a stranger. */
  async function conversation(customerId?: string): Promise<ConversationId> {
    const visitorId = known(parseVisitorId(randomUUID()));
    const customer =
      customerId === undefined ? {} : { customerId: known(parseCustomerId(customerId)) };
    return core.turns.open({ visitorId, ...customer }, 'web', 'en');
  }

  return {
    origin,
    folder,
    core,
    admin,
    agent,
    conversation,
    says: (conversationId: ConversationId, text: string) =>
      core.turns.receive({ conversationId, cid: known(parseClientMessageId(randomUUID())), text }),
    /** Puts facts into the log that would take a whole conversation to come about. */
    log: (conversationId: ConversationId, ...events: ConversationEvent[]) =>
      core.store.conversations.append({ conversationId, atMs: Date.now(), events }),
    events: async (conversationId: ConversationId) =>
      (await core.store.conversations.readAll(conversationId, 0, 2000)).map(({ event }) => event),
    stop: async () => {
      await service.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export type DeskService = Awaited<ReturnType<typeof deskService>>;
