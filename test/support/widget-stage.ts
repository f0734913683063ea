import type { Browser } from 'playwright-core';
import { afterAll } from 'vitest';
import { launchBrowser } from './browser.ts';
import { widgetWorld } from './widget-world.ts';
import type { WidgetWorld } from './widget-world.ts';

export interface WidgetStage {
  readonly world: WidgetWorld;
  readonly browser: Browser;
}

/** What the tests of one file share, asked for at its top: a service with the widget on it, and a browser. Both end with the file. */
export async function widgetStage(): Promise<WidgetStage> {
  const world = await widgetWorld();
  afterAll(() => world.stop());
  const browser = await launchBrowser();
  afterAll(() => browser.close());
  return { world, browser };
}
