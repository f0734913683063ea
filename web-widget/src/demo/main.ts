import type en from '../../../locales/en/demo.json';
import arabic from '../../../locales/ar/demo.json';
import english from '../../../locales/en/demo.json';
import spanish from '../../../locales/es/demo.json';
import chinese from '../../../locales/zh-CN/demo.json';
import type { HostCall, HostFunction } from '../api.ts';
import { fetchCustomers, fetchPhone, fetchUserToken } from './service.ts';
import type { Customer, PhoneMessage } from './service.ts';

/*
 * The demo's host page: a wallet's web site as its owner would write it. It knows the chat only by
 * `window.kefu`, vouches for the customer that was picked, and shows that customer's phone.
 */
type Key = keyof typeof en;
const words: Readonly<Record<string, Readonly<Record<Key, string>>>> = {
  en: english,
  'zh-CN': chinese,
  es: spanish,
  ar: arabic,
};
const languageKey = 'okpay-demo.language';
const customerKey = 'okpay-demo.customer';
const againMs = 3_000;

let language = localStorage.getItem(languageKey) ?? preferred();
let customers: readonly Customer[] = [];
let current = sessionStorage.getItem(customerKey) ?? '';
let messages: readonly PhoneMessage[] = [];

// Calls before the widget is there wait in its queue.
const waiting: (readonly unknown[])[] = [];
const stub: HostFunction = Object.assign((...call: HostCall) => void waiting.push(call), {
  q: waiting,
});
window.kefu ??= stub;
const kefu: HostFunction = (...call) => window.kefu?.(...call);

function preferred(): string {
  const offered = Object.keys(words);
  const primary = (tag: string) => tag.split('-')[0];
  const wishes = navigator.languages.map((tag) =>
    offered.find((one) => primary(one) === primary(tag)),
  );
  return wishes.find((found) => found !== undefined) ?? 'en';
}

function text(key: Key, values: Readonly<Record<string, string>> = {}): string {
  const found = words[language]?.[key] ?? english[key];
  return found.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => values[name] ?? '');
}

function element<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

function make(tag: string, words: string, className = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = words;
  if (className) made.className = className;
  return made;
}

/** For names and numbers of any script: they neither turn the words around them nor are turned. */
function isolated(tag: string, words: string): HTMLElement {
  const made = make(tag, '');
  made.append(make('bdi', words));
  return made;
}

function drawWords(): void {
  document.documentElement.lang = language;
  document.documentElement.dir = language === 'ar' ? 'rtl' : 'ltr';
  document.title = text('title');
  for (const item of document.querySelectorAll<HTMLElement>('[data-text]')) {
    item.textContent = text(item.dataset['text'] as Key);
  }
  for (const item of document.querySelectorAll<HTMLElement>('[data-label]')) {
    item.ariaLabel = text(item.dataset['label'] as Key);
  }
  for (const button of document.querySelectorAll<HTMLElement>('[data-language]')) {
    button.ariaPressed = String(button.dataset['language'] === language);
  }
}

function drawCustomers(): void {
  const everyone = [
    { customerId: '', name: text('anonymous'), story: text('anonymousStory'), stories: {} },
    ...customers,
  ];
  element('customers').replaceChildren(...everyone.map(customerButton));
}

function customerButton({ customerId, name, story, stories }: Customer): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'customer';
  button.role = 'radio';
  button.ariaChecked = String(customerId === current);
  button.tabIndex = customerId === current ? 0 : -1;
  button.dataset['customer'] = customerId;
  const face = make('i', [...new Intl.Segmenter().segment(name)][0]?.segment ?? '');
  face.ariaHidden = 'true';
  button.append(face, isolated('b', name), make('span', stories[language] ?? story));
  button.addEventListener('click', () => void become(customerId));
  return button;
}

/** Arrow keys move within the group, as everywhere with radio buttons. */
function onArrow(event: KeyboardEvent): void {
  const onwards = document.documentElement.dir === 'rtl' ? -1 : 1;
  const steps = { ArrowDown: 1, ArrowRight: onwards, ArrowUp: -1, ArrowLeft: -onwards };
  const step = steps[event.key as keyof typeof steps] as number | undefined;
  if (step === undefined) return;
  event.preventDefault();
  const buttons = [...element('customers').querySelectorAll<HTMLElement>('.customer')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[(at + step + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next?.focus();
}

async function become(customerId: string): Promise<void> {
  if (customerId === current) return;
  current = customerId;
  sessionStorage.setItem(customerKey, customerId);
  messages = [];
  drawCustomers();
  drawPhone();
  document.querySelector<HTMLElement>('.customer[tabindex="0"]')?.focus();
  kefu('logout');
  kefu('setLanguage', language);
  if (customerId !== '') kefu('identify', () => fetchUserToken(customerId));
}

function drawPhone(): void {
  const owner = customers.find(({ customerId }) => customerId === current);
  element('phone-title').textContent = owner
    ? text('phoneOf', { name: owner.name })
    : text('phone');
  const empty = element('phone-empty');
  empty.textContent = text(owner ? 'phoneEmpty' : 'phoneNobody');
  empty.hidden = messages.length > 0;
  element('phone').replaceChildren(...messages.toReversed().map(phoneMessage));
}

function phoneMessage(message: PhoneMessage): HTMLElement {
  const item = document.createElement('li');
  const head = make('b', 'OKPay');
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  head.append(make('time', time.format(message.atMs)));
  const values = { time: time.format(message.expiresAtMs) };
  if (message.kind === 'code') {
    item.append(head, isolated('strong', message.code), make('span', text('phoneCode', values)));
  } else {
    item.append(head, make('span', text('phoneReset', values)), isolated('code', message.token));
  }
  return item;
}

/** Looks at the phone of whoever is signed in, for ever. */
async function watchPhone(): Promise<never> {
  for (;;) {
    const customer = current;
    const news = customer === '' ? undefined : await fetchPhone(customer, messages.at(-1)?.n ?? 0);
    if (customer === current && news && news.length > 0) {
      messages = [...messages, ...news];
      drawPhone();
    }
    if (news === undefined) await new Promise((again) => setTimeout(again, 1_000));
  }
}

async function bringCustomers(): Promise<void> {
  const found = await fetchCustomers();
  element('failed').textContent = found ? '' : text('failed');
  if (!found) {
    setTimeout(() => void bringCustomers(), againMs);
    return;
  }
  customers = found;
  if (!customers.some(({ customerId }) => customerId === current)) current = '';
  drawCustomers();
  drawPhone();
  const customer = current;
  if (customer !== '') kefu('identify', () => fetchUserToken(customer));
}

function drawClock(): void {
  const now = Date.now();
  const clock = element<HTMLTimeElement>('phone-clock');
  clock.textContent = new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(now);
}

function speak(tag: string): void {
  language = tag;
  localStorage.setItem(languageKey, tag);
  drawWords();
  drawCustomers();
  drawPhone();
  drawClock();
}

speak(language);
setInterval(drawClock, 10_000);
element('open').addEventListener('click', () => kefu('open'));
element('customers').addEventListener('keydown', onArrow);
for (const button of document.querySelectorAll<HTMLElement>('[data-language]')) {
  button.addEventListener('click', () => {
    const tag = button.dataset['language'] ?? 'en';
    speak(tag);
    kefu('setLanguage', tag);
  });
}
void bringCustomers();
void watchPhone();
