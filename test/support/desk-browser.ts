import { resolve } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Agent } from '../../src/identity/index.ts';
import { launchBrowser } from './browser.ts';
import { signInAtDesk, watchFaults } from './desk-people.ts';
import type { AtDesk } from './desk-people.ts';
import { busyDesk } from './desk-seed.ts';
import { deskWorld } from './desk-world.ts';

const pages = resolve(import.meta.dirname, '../../dist/desk');

/** This world has conversations and nothing beside them: no wallet, no workspace. */
const isServed = (path: string): boolean =>
  !/\/(customer|actions|workspace|canned|search)$/.test(path);

/**
 * The desk's page in a real browser, over a world in memory that begins anew with each test of the file: `openWorld`
 * first, then `desk` for everyone who is to be at it.
 */
export function deskBrowser(agents: readonly Agent[]) {
  let browser: Browser;
  let world: Awaited<ReturnType<typeof deskWorld>>;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 120_000);
  afterAll(() => browser.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await world.close();
  });
  return {
    /** Of the test that runs. */
    world: () => world,
    openWorld: async (seed = busyDesk(Date.now())): Promise<void> => {
      world = await deskWorld(agents, { pages });
      for (const { conv, events, atMs } of seed) world.log.add(conv, events, atMs);
    },
    /** Signs in by keyboard; `faults` are errors of the page and refusals of its security policy. */
    desk: async (agent: Agent, options: BrowserContextOptions = {}): Promise<AtDesk> => {
      const context = await browser.newContext({
        locale: 'en-US',
        viewport: { width: 1440, height: 900 },
        ...options,
      });
      const page = await context.newPage();
      const faults = watchFaults(page, isServed);
      await signInAtDesk(page, world.origin, agent.email);
      return { page, faults };
    },
  };
}

/** Opens a conversation of the list that is shown, until its words are there. */
export async function openRow(page: Page, conv: string): Promise<void> {
  await page.locator(`[data-conv="${conv}"]`).click();
  await page.locator('.transcript-list .line').first().waitFor();
}
