import {
  hasPlatforms,
  loadPlatforms,
  type PlatformRequests,
  type Platforms,
} from '../channels/index.ts';
import { Fault } from '../core/index.ts';
import { evolve, initialState } from '../dialogue/index.ts';
import type { HttpServer } from '../http/index.ts';
import type { Config } from './config.ts';
import type { Core } from './node.ts';

/** The messaging platforms that `channels.json` of the data folder connects; undefined when there are none. */
export async function openPlatforms(
  core: Core,
  http: HttpServer,
  config: Config,
  requests?: PlatformRequests,
): Promise<Platforms | undefined> {
  if (!hasPlatforms(config.dataFolder)) return undefined;
  const { createPlatforms, readPlatformSettings } = await loadPlatforms();
  const settings = await readPlatformSettings(config.dataFolder);
  if (!settings || Object.keys(settings.platforms).length === 0) return undefined;
  if (config.publicUrl === undefined) {
    throw new Fault(
      'bad_config',
      'Messaging platforms need KEFU_PUBLIC_URL: they call it, and links in chats lead to it.',
    );
  }
  const { store, workspace, library } = core;
  // On the sandbox the demo's own page signs people in.
  const demo = core.sandbox === undefined ? {} : { signInUrl: `${config.publicUrl}/demo/sign-in` };
  return createPlatforms({
    settings: { ...demo, ...settings },
    turns: core.turns,
    outlets: core.outlets,
    conversations: store.conversations,
    customers: store.conversations,
    records: store.records,
    fold: (stored) => stored.tail.reduce(evolve, stored.snapshot ?? initialState),
    files: core.files,
    http,
    visitors: core.identity.visitors,
    phrasebook: () => library.current.phrasebook,
    brand: () => workspace.current().brand,
    defaultLanguage: () => workspace.current().defaultLanguage,
    publicUrl: config.publicUrl,
    ...(config.pluginsFolder !== undefined && { pluginsFolder: config.pluginsFolder }),
    clock: Date.now,
    log: core.log,
    metrics: core.metrics,
    ...(requests && { requests }),
  });
}
