import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { encode } from 'uqr';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { atDesk, axeFindings, deskPassword } from '../support/desk-people.ts';
import { floorWorld } from '../support/floor-world.ts';

const names = ['Tia', 'Pam', 'Sid', 'Lou'] as const;
let browser: Browser;
let world: Awaited<ReturnType<typeof floorWorld>>;
beforeAll(async () => {
  const agents = [...names.map((name) => ({ name })), { name: 'Adi', role: 'admin' as const }];
  [browser, world] = await Promise.all([launchBrowser(), floorWorld(agents)]);
}, 180_000);
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser.close();
  await world.close();
});

async function signInPage(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(`${world.url}/desk/`);
  await page.locator('input[name=email]:focus').waitFor();
  return page;
}

async function give(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) {
    await page.locator(`.sign-in input[name=${name}]`).fill(value);
  }
  await page.keyboard.press('Enter');
}

async function toSettings(page: Page): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await page.locator('.sessions li').first().waitFor();
}

/** One setting of the page, by its heading. */
const setting = (page: Page, heading: string) =>
  page.locator('.setting', { has: page.locator('h2', { hasText: heading }) });
const refusal = (page: Page) => page.locator('.dialog-error, .sign-in-error').first();
const emailOf = (name: (typeof names)[number]): string => `${name.toLowerCase()}@example.com`;

/** The dark modules that are drawn, as an app's camera would see them. */
async function drawn(page: Page): Promise<readonly boolean[][]> {
  const svg = page.locator('svg.qr-code');
  const size = Number((await svg.getAttribute('viewBox'))?.split(' ')[2]);
  const path = (await svg.locator('path').last().getAttribute('d')) ?? '';
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    rows[Number(y)]?.fill(true, Number(x), Number(x) + Number(width));
  }
  return rows;
}

/** What the app shows now, or will in so many steps. Each code counts once and only forwards. */
function codeOf(secret: string, stepsAhead = 0): string {
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  return app.generate({ timestamp: Date.now() + stepsAhead * 30_000 });
}

test('a second factor is scanned and turned on, asked for at the door, and turned off again', async () => {
  const { page, faults } = await atDesk(browser, world.url, 'Tia');
  await toSettings(page);
  const factor = setting(page, 'Second factor');
  await factor.locator('input[name=password]').fill('not my password');
  await factor.getByRole('button', { name: 'Set up' }).click();
  await expect.poll(() => refusal(page).textContent()).toBe('That is not your password.');
  await factor.locator('input[name=password]').fill(deskPassword);
  await page.keyboard.press('Enter');

  await factor.locator('svg.qr-code').waitFor();
  const uri = (await factor.locator('a.link').getAttribute('href')) ?? '';
  expect(uri).toContain('otpauth://totp/');
  expect(await drawn(page)).toEqual(encode(uri, { ecc: 'M', border: 4 }).data);
  expect(await axeFindings(page)).toEqual([]);
  const secret = (await factor.locator('.copy').textContent())?.trim() ?? '';
  expect(uri).toContain(secret);

  await factor.locator('input[name=code]').fill(codeOf(secret, 50));
  await page.keyboard.press('Enter');
  await expect.poll(() => refusal(page).textContent()).toContain('wrong or was used already');
  await factor.locator('input[name=code]').fill(codeOf(secret));
  await page.keyboard.press('Enter');
  await factor.locator('.recovery li').first().waitFor();
  const recovery = await factor.locator('.recovery code').allTextContents();
  expect(new Set(recovery).size).toBe(8);
  await factor.getByRole('button', { name: 'I have kept it' }).click();
  await factor.getByText('Recovery codes left: 8').waitFor();

  // Another device: the password alone is not enough, a wrong code neither; a recovery code is, once.
  const other = await signInPage();
  await give(other, { email: emailOf('Tia'), password: deskPassword });
  await other.locator('input[name=code]').waitFor();
  await give(other, { code: codeOf(secret, 50) });
  await expect.poll(() => refusal(other).textContent()).toBe('The password or the code is wrong.');
  await give(other, { code: recovery[0] ?? '' });
  await other.locator('.link-open').waitFor();
  const third = await signInPage();
  await give(third, { email: emailOf('Tia'), password: deskPassword });
  await third.locator('input[name=code]').waitFor();
  await give(third, { code: recovery[0] ?? '' });
  await expect.poll(() => refusal(third).textContent()).toBe('The password or the code is wrong.');

  await factor.locator('input[name=password]').fill(deskPassword);
  await factor.locator('input[name=code]').fill(recovery[1] ?? '');
  await factor.getByRole('button', { name: 'Turn off' }).click();
  await factor.getByText('off', { exact: true }).waitFor();
  expect(faults).toEqual([]);
}, 300_000);

test('a new password ends every other session and opens the door from then on', async () => {
  const [here, there] = [
    await atDesk(browser, world.url, 'Pam'),
    await atDesk(browser, world.url, 'Pam'),
  ];
  await toSettings(here.page);
  const fields = setting(here.page, 'Password');
  const next = 'a long new password of Pam';
  await fields.locator('input[name=password]').fill('not my password');
  await fields.locator('input[name=next]').fill(next);
  await here.page.keyboard.press('Enter');
  await expect.poll(() => refusal(here.page).textContent()).toBe('That is not your password.');
  await fields.locator('input[name=password]').fill(deskPassword);
  await here.page.keyboard.press('Enter');
  await here.page.locator('.toast-good').waitFor();
  await there.page.locator('.sign-in-note').waitFor();
  await give(there.page, { email: emailOf('Pam'), password: deskPassword });
  await expect
    .poll(() => refusal(there.page).textContent())
    .toBe('Email or password is not right.');
  await give(there.page, { password: next });
  await there.page.locator('.link-open').waitFor();
  expect(await here.page.locator('.link-open').count()).toBe(1);
}, 300_000);

test('a session is ended from another one, and the page there asks to sign in again', async () => {
  const away = await atDesk(browser, world.url, 'Sid');
  const here = await atDesk(browser, world.url, 'Sid');
  await toSettings(here.page);
  const rows = here.page.locator('.sessions li');
  await expect.poll(() => rows.count()).toBe(2);
  await rows.locator('.pill-good').waitFor();
  await rows.locator('.button').click();
  await away.page.locator('.sign-in-note').waitFor();
  await expect.poll(() => rows.count()).toBe(1);
  expect(await here.page.locator('.link-open').count()).toBe(1);
}, 300_000);

test('after five wrong passwords even the right one has to wait, and the page says so', async () => {
  const page = await signInPage();
  for (let tries = 0; tries < 5; tries += 1) {
    await give(page, { email: emailOf('Lou'), password: `wrong ${tries}` });
    await expect.poll(() => refusal(page).textContent()).toBe('Email or password is not right.');
  }
  await give(page, { password: deskPassword });
  await expect.poll(() => refusal(page).textContent()).toContain('Too many tries');
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.locator('.rail').count()).toBe(0);
}, 300_000);

test('an admin adds an agent, who signs in with the password that is shown once, and stops the account', async () => {
  const { page, faults } = await atDesk(browser, world.url, 'Adi');
  await toSettings(page);
  await page.locator('.add-agent summary').click();
  await page.locator('.add-agent input[name=name]').fill('Zoe');
  await page.locator('.add-agent input[name=email]').fill('zoe@example.com');
  await page.locator('.add-agent button[type=submit]').click();
  const password = (await page.locator('.secret .copy').textContent())?.trim() ?? '';
  expect(password.length).toBeGreaterThan(11);
  const zoe = await signInPage();
  await give(zoe, { email: 'zoe@example.com', password });
  await zoe.locator('.link-open').waitFor();
  const row = page.locator('tr', { hasText: 'zoe@example.com' });
  await row.getByRole('button', { name: 'Disable' }).click();
  await row.getByText('disabled').waitFor();
  await zoe.locator('.sign-in-note').waitFor();
  expect(faults).toEqual([]);
}, 300_000);
