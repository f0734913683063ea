import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readConfig } from '../../src/service/config.ts';
import type { Agent } from '../../src/identity/index.ts';
import { createLog, createMetrics } from '../../src/ops/index.ts';
import { openCore } from '../../src/service/node.ts';
import { startService } from '../../src/service/service.ts';
import { allRules, ChaosClient } from '../chaos/client.ts';
import { deskClient } from './desk-world.ts';

export interface FloorAgent extends Pick<Agent, 'languages' | 'skills' | 'queues' | 'capacity'> {
  readonly name: string;
  readonly role?: Agent['role'];
}

const password = 'correct horse battery staple';
const always = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  from: '00:00',
  to: '24:00',
};

/** The whole service in this process, with agents and short deadlines; customers and agents come over the wire. */
export async function floorWorld(agents: readonly FloorAgent[], settings: object = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-floor-'));
  const workspace = {
    handoff: { offerSeconds: 5, graceSeconds: 6, wrapUpSeconds: 5 },
    agents: { hours: [always] },
    queues: [
      { id: 'default', name: 'Support' },
      { id: 'refunds', name: 'Refunds' },
    ],
    ...settings,
  };
  await writeFile(join(folder, 'workspace.json'), JSON.stringify(workspace));
  const config = readConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    KEFU_DATA: folder,
    KEFU_CACHE: resolve(import.meta.dirname, '../../.cache'),
  });
  const ids = await enlist(config, agents);
  const service = await startService(config);
  const clients: ChaosClient[] = [];
  return {
    url: service.url,
    idOf: (name: string) => ids.get(name) ?? '',
    /** Signed in; a socket makes the agent present. */
    async desk(name: string) {
      const desk = deskClient(service.url);
      const { status } = await desk.post('/sign-in', { email: emailOf(name), password });
      if (status !== 200) throw new Error(`${name} could not sign in: ${status}`);
      return desk;
    },
    /** A customer over the wire; resolves with the conversation once it is queued. */
    async customer(name: string, words = 'I want to talk to a person') {
      const client = new ChaosClient(name, () => service.url, allRules);
      clients.push(client);
      const { promise, resolve: queued } = Promise.withResolvers<string>();
      client.onEvent = (event) => {
        if (event.type === 'handoff' && event.state === 'queued') queued(client.conversation);
      };
      client.start();
      client.say(words);
      return { client, conv: await promise };
    },
    async close() {
      for (const client of clients) client.stop();
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const emailOf = (name: string): string => `${name.toLowerCase()}@example.com`;

async function enlist(
  config: ReturnType<typeof readConfig>,
  agents: readonly FloorAgent[],
): Promise<ReadonlyMap<string, string>> {
  const log = createLog({ level: 'silent', pretty: false });
  const core = await openCore(config, createMetrics(), log);
  const ids = new Map<string, string>();
  for (const { name, role = 'agent', ...about } of agents) {
    const account = { email: emailOf(name), name, role, password };
    const { agentId } = await core.identity.agents.create(account);
    await core.identity.agents.change(agentId, about);
    ids.set(name, agentId);
  }
  await core.close();
  return ids;
}
