import { urlencoded } from 'express';
import { Fault, parseClientMessageId } from '../../core/index.ts';
import type { Request, Response } from '../../http/index.ts';
import { chatOf, keepReturned } from './chats.ts';
import { readLink, type Link } from './links.ts';
import type { PlatformsDeps } from './ports.ts';
import { stateOf } from './receiving.ts';

const usedKind = 'platform-link-used';
const bodyMax = 16 * 1024;

/**
 * The pages behind one-time links: signing in ties the chat to a customer, a code is entered here and never in the chat.
 * Plain forms without script. The host page's server sends the customer back with a user token, which counts once; before it
 * counts, the page names the chat that would be tied, because a link can be sent to somebody else.
 */
export function mountLinkPages(deps: PlatformsDeps): void {
  const { app } = deps.http;
  const form = urlencoded({ extended: false, limit: bodyMax });
  app.get('/link/:token', async (request, response) => {
    const opened = await open(deps, request);
    if (!opened) return over(deps, response);
    await (opened.link.purpose === 'sign_in' ? askSignIn : askCode)(deps, opened, response);
  });
  app.post('/link/:token', form, async (request, response) => {
    const opened = await open(deps, request);
    if (!opened) return over(deps, response);
    if (opened.link.purpose === 'code') return takeCode(deps, opened, request, response);
    const userToken = fieldOf(request, 'user_token');
    if (fieldOf(request, 'confirmed') === 'yes') return bind(deps, opened, userToken, response);
    return askConfirm(deps, opened, userToken, response);
  });
}

interface Opened {
  readonly token: string;
  readonly link: Link;
  readonly language: string;
}

async function open(deps: PlatformsDeps, request: Request): Promise<Opened | undefined> {
  const token = String(request.params['token']);
  const link = readLink(deps.settings.linkSecret, token, deps.clock());
  if (!link || (await deps.records.get(usedKind, token)) !== undefined) return undefined;
  const { language } = await stateOf(deps, link.conversationId);
  return { token, link, language };
}

function fieldOf(request: Request, name: string): string {
  const fields: unknown = request.body;
  if (typeof fields !== 'object' || fields === null || !Object.hasOwn(fields, name)) return '';
  const value = (fields as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : '';
}

async function askSignIn(deps: PlatformsDeps, opened: Opened, response: Response): Promise<void> {
  const { signInUrl } = deps.settings;
  const text = wordsOf(deps, opened.language);
  if (signInUrl === undefined) return show(deps, response, opened, [paragraph(text('no_host'))]);
  const chat = await chatOf(deps.records, opened.link.conversationId);
  const values = { channel: titleOf(chat?.platform), brand: deps.brand() };
  const to = new URL(signInUrl);
  to.searchParams.set('kefu_link', opened.token);
  to.searchParams.set('return', `${deps.publicUrl}/link/${opened.token}`);
  show(deps, response, opened, [
    paragraph(text('sign_in', values)),
    paragraph(text('warning')),
    `<p><a rel="noreferrer" href="${escaped(to.href)}">${escaped(text('to_sign_in', values))}</a></p>`,
  ]);
}

async function askConfirm(
  deps: PlatformsDeps,
  opened: Opened,
  userToken: string,
  response: Response,
): Promise<void> {
  const chat = await chatOf(deps.records, opened.link.conversationId);
  const text = wordsOf(deps, opened.language);
  const values = { name: chat?.name ?? '', channel: titleOf(chat?.platform) };
  const fields = { confirmed: 'yes', user_token: userToken };
  show(deps, response, opened, [
    paragraph(text('confirm', values)),
    paragraph(text('warning')),
    form(opened.token, fields, '', text('yes')),
  ]);
}

/** The token is used up, then the link, then the chat is tied: a second press finds the link gone. */
async function bind(
  deps: PlatformsDeps,
  opened: Opened,
  userToken: string,
  response: Response,
): Promise<void> {
  const { customerId } = await deps.visitors.identified(userToken);
  if (customerId === undefined) throw new Fault('bad_token', 'The token names no customer.');
  if (!(await use(deps, opened))) return over(deps, response);
  await keepReturned(deps.records, opened.link.conversationId, deps.clock());
  await deps.turns.chats.bind(opened.link.conversationId, customerId);
  show(deps, response, opened, [paragraph(wordsOf(deps, opened.language)('connected'))]);
}

function use({ records }: PlatformsDeps, { token, link }: Opened): Promise<boolean> {
  return records.insert(usedKind, token, '1', link.expiresAtMs);
}

async function askCode(
  deps: PlatformsDeps,
  opened: Opened,
  response: Response,
  fault?: string,
): Promise<void> {
  const text = wordsOf(deps, opened.language);
  const { challenge } = await stateOf(deps, opened.link.conversationId);
  if (challenge === null || challenge.locked || challenge.expiresAtMs <= deps.clock()) {
    return show(deps, response, opened, [paragraph(text('code_over'))]);
  }
  const label = escaped(text('code'));
  const input = `<p><label>${label} <input name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required autofocus></label></p>`;
  show(deps, response, opened, [
    ...(fault === undefined ? [] : [`<p role="alert">${escaped(fault)}</p>`]),
    paragraph(text('code_hint', { tail: challenge.tail })),
    form(opened.token, {}, input, text('send')),
  ]);
}

async function takeCode(
  deps: PlatformsDeps,
  opened: Opened,
  request: Request,
  response: Response,
): Promise<void> {
  const text = wordsOf(deps, opened.language);
  const { conversationId } = opened.link;
  const before = await stateOf(deps, conversationId);
  const cid = parseClientMessageId(`link:${crypto.randomUUID()}`);
  if (before.challenge === null || cid === undefined) return askCode(deps, opened, response);
  const code = fieldOf(request, 'code').slice(0, 32);
  const formId = before.challenge.challengeId;
  await keepReturned(deps.records, conversationId, deps.clock());
  await deps.turns.submitSecret({ conversationId, cid, formId, code });
  const after = await stateOf(deps, conversationId);
  if (after.verifiedUntilMs > Math.max(before.verifiedUntilMs, deps.clock())) {
    await use(deps, opened);
    return show(deps, response, opened, [paragraph(text('code_ok'))]);
  }
  return askCode(deps, opened, response, text('code_wrong'));
}

/** The page for a link that is no longer good. */
export function over(deps: PlatformsDeps, response: Response): void {
  const language = deps.defaultLanguage();
  response.status(410);
  show(deps, response, { language }, [paragraph(wordsOf(deps, language)('over'))]);
}

function wordsOf(deps: PlatformsDeps, language: string) {
  return (key: string, values: { readonly [name: string]: string } = {}): string =>
    deps.phrasebook().text(language, `platform.page.${key}`, values);
}

/** How a platform is called where people read it. */
const titles: { readonly [platform: string]: string } = {
  telegram: 'Telegram',
  whatsapp: 'WhatsApp',
  messenger: 'Messenger',
  line: 'LINE',
  wechat: 'WeChat',
  wecom: 'WeChat',
  slack: 'Slack',
  sms: 'SMS',
  email: 'Email',
};

function titleOf(platform: string | undefined): string {
  return titles[platform ?? ''] ?? '';
}

const paragraph = (text: string): string => `<p>${escaped(text)}</p>`;

function form(
  token: string,
  fields: { readonly [name: string]: string },
  inner: string,
  button: string,
): string {
  const hidden = Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`)
    .join('');
  return `<form method="post" action="/link/${escaped(token)}">${hidden}${inner}<button>${escaped(button)}</button></form>`;
}

/** Nothing may frame it, keep it or learn its address; it loads nothing. */
function show(
  deps: PlatformsDeps,
  response: Response,
  { language }: { readonly language: string },
  body: readonly string[],
): void {
  const title = escaped(wordsOf(deps, language)('title'));
  response.set({
    'Cache-Control': 'private, no-store',
    'Content-Security-Policy':
      "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    'Referrer-Policy': 'no-referrer',
  });
  const dir = language.startsWith('ar') ? 'rtl' : 'ltr';
  response
    .type('html')
    .send(
      [
        '<!doctype html>',
        `<html lang="${escaped(language)}" dir="${dir}">`,
        `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title></head>`,
        `<body><main><h1>${title}</h1>`,
        ...body,
        '</main></body></html>\n',
      ].join('\n'),
    );
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
