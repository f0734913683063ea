import type { HostCall } from '../api.ts';
import { ChatClient, fetchConfig } from '../chat/index.ts';
import type { ChatPorts, ChatState, WidgetConfig, WireEvent } from '../chat/index.ts';
import type { Hold } from '../chat/picks.ts';
import type { Picked } from '../chat/uploads.ts';
import type { MountOptions } from '../mounting.ts';
import type { Texts } from '../view/texts.ts';
import {
  browserClock,
  browserHttp,
  browserStorage,
  browserTabs,
  newId,
  openBrowserSocket,
} from './browser-ports.ts';
import { createDraft } from './draft.ts';
import type { Draft } from './draft.ts';
import { createExtras } from './extras.ts';
import type { Extras } from './extras.ts';
import { keys, languageKey, rowsShownAtFirst } from './fixed.ts';
import { createListeners, runCall } from './host-calls.ts';
import type { Listeners } from './host-calls.ts';
import { createStore } from './store.ts';
import type { Store } from './store.ts';
import { createWords } from './words.ts';

const rowsShownMore = 100;

/** What the views are drawn from. */
export interface View {
  readonly chat: ChatState;
  readonly config: WidgetConfig | undefined;
  readonly texts: Texts | undefined;
  readonly isOpen: boolean;
  readonly unread: number;
  /** The newest rows only: a long conversation must not fill the page with nodes. */
  readonly shown: number;
  readonly tooMany: boolean;
  /** A rating is on its way. */
  readonly rating: boolean;
  readonly draft: string;
  readonly picked: readonly Picked[];
  /** Of a message that was sent before its files were up. */
  readonly hold: Hold;
  /** Where a link leads that is not ours, while the person is asked. */
  readonly leaving: string | undefined;
  /** `more`: tickets, past conversations and the like stand in place of the transcript. */
  readonly page: 'chat' | 'more';
  readonly extras: Extras;
}

/** What people do. */
export interface Model extends Omit<Draft, 'moved'> {
  readonly store: Store<View>;
  readonly client: ChatClient;
  bring(part: keyof Extras): void;
  showOlder(): Promise<void>;
  chooseLanguage(language: string): void;
  /** Asks first when the link leads to a host that is neither the page's nor the service's; true when it did. */
  follow(href: string): boolean;
  show(change: Partial<Pick<View, 'leaving' | 'page'>>): void;
  /** The person looks at the end of the conversation. */
  readonly looked: () => void;
  close(): void;
  run(call: HostCall): void;
}

export interface ModelOptions extends Pick<MountOptions, 'server' | 'language' | 'openUrl'> {
  readonly destroyed: () => void;
  /** Puts a style sheet into the shadow root. */
  readonly adopt: (css: string) => void;
}

export function createModel(options: ModelOptions): Model {
  const ports = browserPorts(options.server);
  const listeners = createListeners();
  const words = createWords((texts) => store.set({ texts }));
  const client: ChatClient = new ChatClient({
    ...ports,
    keys,
    ...words.wish(ports.storage.get(languageKey), options.language),
    arrived: (events) => count(events, store, listeners),
    changed: (chat) => chatChanged(chat),
    identityRefused: (code) => listeners.tell('identityRefused', { code }),
  });
  const store: Store<View> = createStore(firstView(client.state));
  const extras = createExtras({ ...ports, adopt: options.adopt, store });
  const draft = createDraft({ ports, store, client, extras });

  function chatChanged(chat: ChatState) {
    const former = store.get().chat;
    store.set({ chat, rating: client.rating });
    if (chat.language !== former.language) showWords();
    if (chat.conv !== former.conv && former.conv) draft.moved(former.customer);
  }
  function showWords() {
    const { chat, config } = store.get();
    words.show(chat.language, config);
  }
  function setLanguage(tag: string) {
    const next = words.nearest(tag, store.get().config);
    ports.storage.set(languageKey, next);
    client.setLanguage(next);
  }
  showWords();
  void fetchConfig(ports).then((config) => {
    store.set({ config });
    if (config) keepLook(ports.storage, config);
    showWords();
  });
  const model: Model = {
    store,
    client,
    bring: (part) => void extras.bring(part),
    ...draft,
    async showOlder() {
      if (store.get().chat.transcript.events.length <= store.get().shown) await client.loadOlder();
      store.set({ shown: store.get().shown + rowsShownMore });
    },
    chooseLanguage: setLanguage,
    follow(href) {
      if (options.openUrl) {
        options.openUrl(href);
        return true;
      }
      if (isOurs(href, options.server)) return false;
      store.set({ leaving: href });
      return true;
    },
    show: (change) => store.set(change),
    looked: () => client.seen(),
    close() {
      if (!store.get().isOpen) return;
      store.set({ isOpen: false, page: 'chat' });
      listeners.tell('close', undefined);
    },
    run: (call) => runCall(call, { model, listeners, storage: ports.storage, ...options }),
  };
  return model;
}

function browserPorts(server: string): ChatPorts {
  const tabs = browserTabs();
  return {
    server,
    clock: browserClock,
    storage: browserStorage(),
    openSocket: openBrowserSocket,
    http: browserHttp,
    random: Math.random,
    newId,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(tabs && { tabs }),
  };
}

function firstView(chat: ChatState): View {
  return {
    chat,
    config: undefined,
    texts: undefined,
    isOpen: false,
    unread: 0,
    shown: rowsShownAtFirst,
    tooMany: false,
    rating: false,
    draft: '',
    picked: [],
    hold: undefined,
    leaving: undefined,
    page: 'chat',
    extras: {},
  };
}

function count(events: readonly WireEvent[], store: Store<View>, { tell }: Listeners): void {
  let { unread } = store.get();
  for (const event of events) {
    if (event.type !== 'message' || event.from === 'customer') continue;
    if (!store.get().isOpen) unread += 1;
    tell('message', { from: event.from });
  }
  store.set({ unread });
  if (unread > 0) tell('unread', { count: unread });
}

/** So that the loader can draw the button of the next page as the operator wants it, without asking. */
function keepLook(storage: ChatPorts['storage'], { color, launcher }: WidgetConfig): void {
  const { position, icon } = launcher ?? {};
  storage.set(`${keys}look`, JSON.stringify({ color, position, icon }));
}

/** A link to the page's own site or to the service needs no question; nor does a mail address. */
function isOurs(href: string, server: string): boolean {
  const { protocol, hostname } = new URL(href);
  if (protocol === 'mailto:') return true;
  return [location.hostname, new URL(server).hostname].some(
    (own) => hostname === own || hostname.endsWith(`.${own.replace(/^www\./, '')}`),
  );
}
