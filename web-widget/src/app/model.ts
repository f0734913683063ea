import type { HostCall, HostEventName, HostEvents, HostListener } from '../api.ts';
import { ChatClient, fetchConfig, personChoice } from '../chat/index.ts';
import type { ChatPorts, ChatState, Message, WidgetConfig, WireEvent } from '../chat/index.ts';
import type { Picked, Uploads } from '../chat/uploads.ts';
import type { MountOptions } from '../mounting.ts';
import { chooseLanguage } from '../view/texts.ts';
import type { Texts } from '../view/texts.ts';
import {
  browserClock,
  browserHttp,
  browserStorage,
  browserTabs,
  newId,
  openBrowserSocket,
} from './browser-ports.ts';
import { createExtras } from './extras.ts';
import type { Extras } from './extras.ts';
import { createStore } from './store.ts';
import type { Store } from './store.ts';
import { createWords } from './words.ts';

/** First part of every key in the visitor's browser; the loader looks for `kefu.live` and `kefu.look`. */
export const keys = 'kefu.';
export const rowsShownAtFirst = 200;
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
  /** Where a link leads that is not ours, while the person is asked. */
  readonly leaving: string | undefined;
  /** `more`: tickets, past conversations and the like stand in place of the transcript. */
  readonly page: 'chat' | 'more';
  readonly extras: Extras;
}

/** What people do. */
export interface Model {
  readonly store: Store<View>;
  readonly client: ChatClient;
  bring(part: keyof Extras): void;
  say(message: Message): void;
  /** The draft, with the files that are ready. */
  sendDraft(): void;
  draft(text: string): void;
  attach(files: readonly File[]): void;
  unpick(key: string): void;
  retryPick(key: string): void;
  askForPerson(): void;
  showOlder(): Promise<void>;
  chooseLanguage(language: string): void;
  /** Asks first when the link leads to a host that is neither the page's nor the service's; true when it did. */
  follow(href: string): boolean;
  show(change: Partial<Pick<View, 'leaving' | 'page'>>): void;
  /** The person looks at the end of the conversation. */
  looked(): void;
  close(): void;
  run(call: HostCall): void;
}

export interface ModelOptions extends Pick<MountOptions, 'server' | 'language' | 'openUrl'> {
  readonly destroyed: () => void;
  /** Puts a style sheet into the shadow root. */
  readonly adopt: (css: string) => void;
}

export function createModel(options: ModelOptions): Model {
  const storage = browserStorage();
  const tabs = browserTabs();
  const listeners = new Map<HostEventName, Set<HostListener>>();
  const emit = <N extends HostEventName>(name: N, detail: HostEvents[N]) => {
    for (const listener of listeners.get(name) ?? []) listener(detail);
  };
  const words = createWords((texts) => store.set({ texts }));
  /** Undefined where we have none that the visitor reads: the service's default is taken then. */
  const wished = chooseLanguage(
    [storage.get(`${keys}language`), options.language, ...navigator.languages],
    words.tags,
  );
  const ports: ChatPorts = {
    server: options.server,
    clock: browserClock,
    storage,
    openSocket: openBrowserSocket,
    http: browserHttp,
    random: Math.random,
    newId,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(tabs && { tabs }),
  };
  const arrived = (events: readonly WireEvent[]) => {
    let { unread } = store.get();
    for (const event of events) {
      if (event.type !== 'message' || event.from === 'customer') continue;
      if (!store.get().isOpen) unread += 1;
      emit('message', { from: event.from });
    }
    store.set({ unread });
    if (unread > 0) emit('unread', { count: unread });
  };
  const client = new ChatClient({
    ...ports,
    keys,
    ...(wished !== undefined && { language: wished }),
    arrived,
    changed(chat) {
      const spoke = store.get().chat.language;
      store.set({ chat, rating: client.rating });
      if (chat.language !== spoke) showWords();
    },
    identityRefused: (code) => emit('identityRefused', { code }),
  });
  const store = createStore<View>({
    chat: client.state,
    config: undefined,
    texts: undefined,
    isOpen: false,
    unread: 0,
    shown: rowsShownAtFirst,
    tooMany: false,
    rating: false,
    draft: '',
    picked: [],
    leaving: undefined,
    page: 'chat',
    extras: {},
  });
  /** The ones that the page has words for and, once that is known, the service speaks. */
  const offered = () => {
    const served = store.get().config?.languages.map(({ tag }) => tag);
    return words.tags.filter((tag) => served?.includes(tag) ?? true);
  };
  function showWords() {
    const { chat, config } = store.get();
    words.show([chat.language ?? wished, config?.defaultLanguage], offered());
  }
  const extras = createExtras({ ...ports, adopt: options.adopt, store });

  let uploads: Uploads | undefined;
  async function bringUploads(): Promise<Uploads | undefined> {
    await extras.bring('files');
    const { files } = store.get().extras;
    uploads ??= files?.createUploads({
      ...ports,
      upload: files.browserUpload,
      conv: () => client.state.conv,
      token: () => client.sessionToken,
      freshToken: () => client.freshToken(),
      limits: () => store.get().config?.files,
      changed: (picked) => store.set({ picked }),
    });
    return uploads;
  }
  function say(message: Message) {
    // A second click before the buttons are drawn as taken answers nothing.
    const answers = ({ choice, form }: Message) => choice?.id ?? form?.id;
    const isSame = (other: Message) => answers(other) === answers(message);
    const underWay = client.state.outgoing.filter(({ state }) => state !== 'failed');
    if (answers(message) && underWay.some((one) => isSame(one.message))) return;
    store.set({ tooMany: !client.send(message), page: 'chat', leaving: undefined });
  }
  function open() {
    if (store.get().isOpen) return;
    store.set({ isOpen: true, unread: 0 });
    client.start();
    emit('open', undefined);
    emit('unread', { count: 0 });
  }
  function close() {
    if (!store.get().isOpen) return;
    store.set({ isOpen: false, page: 'chat' });
    emit('close', undefined);
  }
  function setLanguage(tag: string) {
    const next = chooseLanguage([tag], offered()) ?? tag;
    storage.set(`${keys}language`, next);
    client.setLanguage(next);
  }
  function logout() {
    storage.remove(`${keys}language`);
    uploads?.clear();
    store.set({ shown: rowsShownAtFirst, draft: '', unread: 0, page: 'chat', leaving: undefined });
    void client.logout();
  }
  function run(call: HostCall): void {
    switch (call[0]) {
      case 'open':
        return open();
      case 'close':
        return close();
      case 'identify':
        return client.identify(call[1]);
      case 'logout':
        return logout();
      case 'setLanguage':
        return setLanguage(call[1]);
      case 'prefill':
        return store.set({ draft: call[1] });
      case 'on': {
        const named = listeners.get(call[1]) ?? new Set<HostListener>();
        listeners.set(call[1], named.add(call[2]));
        return;
      }
      case 'destroy':
        uploads?.clear();
        client.destroy();
        listeners.clear();
        return options.destroyed();
      default:
        return console.warn('kefu: no such call', call);
    }
  }

  showWords();
  void fetchConfig(ports).then((config) => {
    store.set({ config });
    if (config) keepLook(storage, config);
    showWords();
  });
  return {
    store,
    client,
    bring: (part) => void extras.bring(part),
    say,
    sendDraft() {
      if (!canSend(store.get())) return;
      // What was written stays where it is until there is room for it.
      if (client.isFull) return store.set({ tooMany: true });
      const text = store.get().draft.trim();
      const files = uploads?.take() ?? [];
      store.set({ draft: '' });
      say({ text, ...(files.length > 0 && { files }) });
    },
    draft(draft) {
      store.set({ draft });
      client.typing(draft !== '');
    },
    attach: (files) => void bringUploads().then((made) => made?.add(files)),
    unpick: (key) => uploads?.remove(key),
    retryPick: (key) => uploads?.retry(key),
    askForPerson() {
      const text = store.get().texts?.t('personPhrase') ?? '';
      say({ text, choice: personChoice });
    },
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
    close,
    run,
  };
}

/** Something is written or picked, and every file that goes with it is there. */
export function canSend({ draft, picked, chat }: View): boolean {
  const filled = draft.trim() !== '' || picked.some(({ state }) => state === 'ready');
  return filled && chat.phase !== 'barred' && !picked.some(({ state }) => state === 'going');
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
