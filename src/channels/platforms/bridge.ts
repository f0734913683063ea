import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Activity, ResourceResponse, TurnContext } from 'botbuilder';
import type { Botkit } from 'botkit';
import { parseConversationId, type ConversationId } from '../../core/index.ts';
import { maskCards } from '../../turn/index.ts';
import type { PlatformApi } from './api.ts';
import type { Item } from './driver.ts';
import { fenceProcess } from './fence.ts';
import { loadPlugins } from './plugins.ts';
import type { PlatformsDeps } from './ports.ts';
import { cidOf, visitorOf } from './receiving.ts';

/** Plugins' turns at once; while as many hang, later messages pass plugins by. */
const turnsMax = 100;
/** A plugin's turn that takes longer is reported and its place is given to another. */
const turnTtlMs = 10_000;

export interface Bridge {
  /** Operators' `hears`, `on` and middleware hear of an accepted message. Returns at once and never throws. */
  tell(api: PlatformApi, item: Item, conversationId: ConversationId): void;
  /** Turns of plugins under way. */
  readonly running: () => number;
  /** Whether what is going on at this moment was begun by a plugin: its faults end no process. */
  readonly isInside: () => boolean;
  close(): void;
}

type BridgeDeps = Pick<PlatformsDeps, 'turns' | 'pluginsFolder' | 'log'> & {
  readonly turnTtlMs?: number;
};

/**
 * The one place where Botkit is. It gets what is accepted already and answers through the log, so nothing in it can lose a
 * message; everything in it runs fenced, so nothing in it can end the process: a handler that throws, a promise that nobody
 * waits for, a bot that is used after its turn, a turn that never ends. Its web server is off and it stores nothing.
 */
export async function openBridge(deps: BridgeDeps): Promise<Bridge> {
  const { Botkit, adapter } = await loadBotkit(deps);
  const inside = new AsyncLocalStorage<{ readonly plugin: true }>();
  const isInside = () => inside.getStore() !== undefined;
  const unfence = fenceProcess(isInside, deps.log);
  const controller = new Botkit({
    adapter,
    adapterConfig: {},
    disable_webserver: true,
    disable_console: true,
    storage: { read: async () => ({}), write: async () => {}, delete: async () => {} },
  });
  const plugins = await inside.run({ plugin: true }, () => loadPlugins(controller, deps));
  let running = 0;
  return {
    tell(api, item, conversationId) {
      // Botkit's turn costs as much as all else here does: not where nobody would hear it.
      if (plugins === 0) return;
      const activity = activityOf(api, item, conversationId);
      if (activity === undefined) return;
      if (running >= turnsMax) {
        deps.log.warn({ running }, 'plugins hang: a message passes them by');
        return;
      }
      running += 1;
      void inside
        .run({ plugin: true }, () => within(turn(controller, adapter, activity), deps))
        .catch((err: unknown) => deps.log.error({ err, conversationId }, 'a plugin failed'))
        .finally(() => {
          running -= 1;
        });
    },
    running: () => running,
    isInside,
    close: unfence,
  };
}

type Adapter = Awaited<ReturnType<typeof loadBotkit>>['adapter'];

/** Loaded here and not at the top: a service without platforms does not pay for it. */
async function loadBotkit(deps: BridgeDeps) {
  const [{ Botkit }, { BotAdapter, TurnContext }] = await Promise.all([
    import('botkit'),
    import('botbuilder'),
  ]);
  class LogAdapter extends BotAdapter {
    /** What a plugin says is said in the log, from where it is delivered. Never rejects: Botkit would end the process. */
    async sendActivities(
      context: TurnContext,
      activities: Partial<Activity>[],
    ): Promise<ResourceResponse[]> {
      const id = parseConversationId(context.activity.conversation.id);
      const sent: ResourceResponse[] = [];
      for (const { type, text } of activities) {
        const key = `plugin:${randomUUID()}`;
        if (id !== undefined && type === 'message' && typeof text === 'string' && text !== '') {
          await tell(deps, id, key, text);
        }
        sent.push({ id: key });
      }
      return sent;
    }

    /** What was said is in the log for good. */
    async updateActivity(): Promise<void> {}
    async deleteActivity(): Promise<void> {}

    async continueConversation(
      reference: Parameters<typeof TurnContext.applyConversationReference>[1],
      logic: (context: TurnContext) => Promise<void>,
    ): Promise<void> {
      const event = TurnContext.applyConversationReference(
        { type: 'event', name: 'continueConversation' },
        reference,
        true,
      );
      await this.runMiddleware(new TurnContext(this, event), logic);
    }

    async handle(
      activity: Partial<Activity>,
      logic: (context: TurnContext) => Promise<void>,
    ): Promise<void> {
      await this.runMiddleware(new TurnContext(this, activity), logic);
    }
  }
  return { Botkit, adapter: new LogAdapter() };
}

async function tell(
  { turns, log }: BridgeDeps,
  id: ConversationId,
  key: string,
  text: string,
): Promise<void> {
  try {
    const isSaid = await turns.chats.tell(id, key, text);
    if (!isSaid) log.info({ conversationId: id }, 'a plugin was not heard: a person has the word');
  } catch (err) {
    log.error({ err, conversationId: id }, 'the words of a plugin were not kept');
  }
}

function turn(controller: Botkit, adapter: Adapter, activity: Partial<Activity>): Promise<void> {
  return adapter.handle(activity, async (context) => {
    await controller.handleTurn(context);
  });
}

function within(work: Promise<void>, { turnTtlMs: ttlMs = turnTtlMs }: BridgeDeps): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => late.reject(new Error(`a plugin took longer than ${ttlMs} ms`)),
    ttlMs,
  );
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

/** What plugins hear; card numbers are masked for them too. */
function activityOf(
  { driver }: PlatformApi,
  item: Item,
  conversationId: ConversationId,
): Partial<Activity> | undefined {
  const text = wordsOf(item);
  if (text === undefined) return undefined;
  const { name = '' } = item;
  return {
    type: 'message',
    id: cidOf(driver, item.key),
    channelId: driver.name,
    serviceUrl: '',
    conversation: { id: conversationId, isGroup: false, conversationType: 'personal', name },
    from: { id: visitorOf(driver, item.userId), name },
    recipient: { id: 'kefu', name: 'kefu' },
    text: maskCards(text),
    channelData: { platform: driver.name, kind: item.content.kind },
  };
}

function wordsOf({ content }: Item): string | undefined {
  switch (content.kind) {
    case 'text':
    case 'edit':
      return content.text;
    case 'choice':
      return content.label;
    case 'file':
      return content.caption;
    case 'deleted':
    case 'begun':
    case 'unreadable':
    case 'undelivered':
      return undefined;
  }
}
