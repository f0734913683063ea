import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const axeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** As the floor's world gives it to everyone. */
export const deskPassword = 'correct horse battery staple';

export interface AtDesk {
  readonly page: Page;
  /** Errors of the page and refusals of its security policy. */
  readonly faults: readonly string[];
}

/** An agent at the desk's page, signed in by keyboard. */
export async function atDesk(
  browser: Browser,
  url: string,
  name: string,
  options: BrowserContextOptions = {},
): Promise<AtDesk> {
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  const page = await context.newPage();
  const faults = watchFaults(page);
  await signInAtDesk(page, url, `${name.toLowerCase()}@example.com`);
  await page.locator('.presence').waitFor();
  return { page, faults };
}

/** By keyboard, until the desk's lists are there and its link is open. */
export async function signInAtDesk(page: Page, url: string, email: string): Promise<void> {
  page.setDefaultTimeout(90_000);
  await page.goto(`${url}/desk/`);
  await page.locator('input[name=email]:focus').waitFor();
  await page.keyboard.type(email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(deskPassword);
  await page.keyboard.press('Enter');
  await page.locator('#rows').waitFor();
  await page.locator('.link-open').waitFor();
}

/** A visitor at the demo's host page, signed in there as one of the sandbox's customers. */
export async function atWidget(
  browser: Browser,
  url: string,
  customer: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(url);
  await page.locator(`[data-customer="${customer}"]`).click();
  await page.locator('#open').click();
  await page.locator('.composer textarea').waitFor();
  return page;
}

export async function ask(page: Page, text: string): Promise<void> {
  await page.locator('.composer textarea').fill(text);
  await page.keyboard.press('Enter');
}

/** Errors, refusals of the page's policy, and requests for what the service does not have. */
export function watchFaults(
  page: Page,
  isServed: (path: string) => boolean = () => true,
): readonly string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted ?Type/i.test(message.text())) faults.push(message.text());
  });
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() === 404 && pathname.startsWith('/api/') && isServed(pathname)) {
      faults.push(`404 ${response.request().method()} ${pathname}`);
    }
  });
  return faults;
}

interface AxeReport {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const report = await page.evaluate<AxeReport>(
    `axe.run(document, { runOnly: { type: 'tag', values: ${JSON.stringify(axeTags)} } })`,
  );
  return report.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
