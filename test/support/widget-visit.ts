import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { WidgetWorld } from './widget-world.ts';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors of the page and refusals of its security policy. */
  readonly faults: readonly string[];
  readonly close: () => Promise<void>;
}

/** A fresh visitor's browser on a page with the widget. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  const faults = watchFaults(page);
  await page.goto(url);
  return { page, context, faults, close: () => context.close() };
}

export function watchFaults(page: Page): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security|Trusted ?Type/i.test(message.text())) faults.push(message.text());
  });
  return faults;
}

/** Opens the chat of a fresh visitor; gives the conversation that it began. */
export async function openChat(world: WidgetWorld, page: Page) {
  const before = world.opened.length;
  await page.locator('kefu-chat .launcher').click();
  await page.locator('.composer textarea').waitFor();
  return began(world, before);
}

/** The conversation that was opened after `before` others. */
export async function began(world: WidgetWorld, before: number) {
  await expect.poll(() => world.opened.length, { timeout: 60_000 }).toBe(before + 1);
  const id = world.opened[before];
  if (!id) throw new Error('no conversation was opened');
  return id;
}

export async function say(page: Page, words: string): Promise<void> {
  await page.locator('.composer textarea').fill(words);
  await page.locator('.composer textarea').press('Enter');
}

export const bubbles = (page: Page, from = '') =>
  page.locator(`.message${from} .bubble`).allTextContents();

interface AxeReport {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

export async function axeFindings(page: Page, within = 'kefu-chat'): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const options = JSON.stringify({ runOnly: axeTags });
  const report: AxeReport = await page.evaluate(`axe.run(${JSON.stringify(within)}, ${options})`);
  return report.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`,
  );
}
