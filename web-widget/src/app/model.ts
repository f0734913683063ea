import { computed, signal } from '@preact/signals';
import type { ReadonlySignal, Signal } from '@preact/signals';
import type en from '../../../locales/en/widget.json';
import type { HostCall, HostEventName, HostEvents, HostListener, MountOptions } from '../api.ts';
import { ChatClient, fetchConfig } from '../chat/index.ts';
import type { ChatPorts, ChatState, WidgetConfig, WireEvent } from '../chat/index.ts';
import { counterpart, toRows } from '../view/rows.ts';
import type { Counterpart, Row } from '../view/rows.ts';
import { chooseLanguage, createTexts, dayNumber } from '../view/texts.ts';
import type { Texts } from '../view/texts.ts';
import {
  browserClock,
  browserHttp,
  browserStorage,
  newId,
  openBrowserSocket,
} from './browser-ports.ts';
import type { Rich } from './rich.tsx';

type Words = typeof en;

const locales = import.meta.glob<{ readonly default: Words }>('../../../locales/*/widget.json');
const loaders = new Map(
  Object.entries(locales).map(([path, load]) => [path.split('/').at(-2) ?? '', load] as const),
);

/** First part of every key in the visitor's browser; the loader looks for `kefu.live`. */
const keys = 'kefu.';
const rowsShownAtFirst = 200;
const rowsShownMore = 100;
/** After the chunk of cards and forms could not be fetched. */
const richAgainMs = 3_000;

/** What the views read and call. Signals for what changes, functions for what people do. */
export interface Model {
  readonly chat: Signal<ChatState>;
  readonly client: ChatClient;
  readonly config: Signal<WidgetConfig | undefined>;
  readonly texts: Signal<Texts | undefined>;
  readonly isOpen: Signal<boolean>;
  readonly unread: Signal<number>;
  /** The newest ones only: a long conversation must not fill the page with nodes. */
  readonly rows: ReadonlySignal<readonly Row[]>;
  readonly counterpart: ReadonlySignal<Counterpart>;
  readonly hasOlder: ReadonlySignal<boolean>;
  readonly tooMany: Signal<boolean>;
  /** Draws cards and forms; undefined until `bringRich` has brought it. */
  readonly rich: Signal<RichView | undefined>;
  bringRich(): void;
  say(text: string, answer?: Answer): void;
  askForPerson(): void;
  showOlder(): Promise<void>;
  chooseLanguage(language: string): void;
  close(): void;
  run(call: HostCall): void;
}

type RichView = typeof Rich;

export interface Answer {
  readonly choice?: { readonly id: string; readonly value: string };
  readonly form?: { readonly id: string; readonly fields: Readonly<Record<string, string>> };
}

export interface ModelOptions extends Pick<MountOptions, 'server' | 'language'> {
  readonly destroyed: () => void;
  /** Puts a style sheet into the shadow root. */
  readonly adopt: (css: string) => void;
}

export function createModel(options: ModelOptions): Model {
  const storage = browserStorage();
  const listeners = new Map<HostEventName, Set<HostListener>>();
  const emit = <N extends HostEventName>(name: N, detail: HostEvents[N]) => {
    for (const listener of listeners.get(name) ?? []) listener(detail);
  };
  /** Undefined where we have none that the visitor reads: the service's default is taken then. */
  const wished = chooseLanguage(
    [storage.get(`${keys}language`), options.language, ...navigator.languages],
    [...loaders.keys()],
  );
  const ports: ChatPorts = {
    server: options.server,
    clock: browserClock,
    storage,
    openSocket: openBrowserSocket,
    http: browserHttp,
    random: Math.random,
    newId,
  };
  const isOpen = signal(false);
  const unread = signal(0);
  const tooMany = signal(false);
  const config = signal<WidgetConfig | undefined>(undefined);
  const texts = signal<Texts | undefined>(undefined);
  const shown = signal(rowsShownAtFirst);

  const arrived = (events: readonly WireEvent[]) => {
    for (const event of events) {
      if (event.type !== 'message' || event.from === 'customer') continue;
      if (!isOpen.value) unread.value += 1;
      emit('message', { from: event.from });
    }
    if (unread.value > 0) emit('unread', { count: unread.value });
  };
  const client = new ChatClient({
    ...ports,
    keys,
    ...(wished !== undefined && { language: wished }),
    arrived,
    changed: (state) => {
      chat.value = state;
      void showLanguage(state.language ?? wished);
    },
    identityRefused: (code) => emit('identityRefused', { code }),
  });
  const chat = signal(client.state);

  /** The ones that the page has words for and, once that is known, the service speaks. */
  const offered = () => {
    const served = config.value?.languages.map(({ tag }) => tag);
    return [...loaders.keys()].filter((tag) => served?.includes(tag) ?? true);
  };
  /** Loads the words of a language when it becomes the one to show; what is shown stays until they are there. */
  let wanted = '';
  async function showLanguage(tag: string | undefined): Promise<void> {
    const next = chooseLanguage([tag, config.value?.defaultLanguage], offered()) ?? 'en';
    if (next === wanted) return;
    wanted = next;
    try {
      const words = await loaders.get(next)?.();
      if (words && wanted === next) texts.value = createTexts(next, { ...words.default });
    } catch {
      if (wanted === next) wanted = '';
    }
  }

  const allRows = computed(() =>
    toRows(chat.value.transcript.events, chat.value.outgoing, (atMs) => String(dayNumber(atMs))),
  );
  const rows = computed(() => allRows.value.slice(-shown.value));
  const person = computed(() => counterpart(chat.value.transcript.events));

  const rich = signal<RichView | undefined>(undefined);
  let bringing = false;
  async function bringRich(): Promise<void> {
    if (bringing) return;
    bringing = true;
    try {
      const chunk = await import('./rich.tsx');
      options.adopt(chunk.css);
      rich.value = chunk.Rich;
    } catch {
      bringing = false;
      ports.clock.after(richAgainMs, () => void bringRich());
    }
  }
  function say(text: string, answer: Answer = {}) {
    tooMany.value = !client.send({ text, ...answer });
  }
  function open() {
    if (isOpen.value) return;
    isOpen.value = true;
    unread.value = 0;
    client.start();
    emit('open', undefined);
    emit('unread', { count: 0 });
  }
  function close() {
    if (!isOpen.value) return;
    isOpen.value = false;
    emit('close', undefined);
  }
  function setLanguage(tag: string) {
    const next = chooseLanguage([tag], offered()) ?? tag;
    storage.set(`${keys}language`, next);
    client.setLanguage(next);
  }
  function logout() {
    storage.remove(`${keys}language`);
    shown.value = rowsShownAtFirst;
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
      case 'on': {
        const named = listeners.get(call[1]) ?? new Set<HostListener>();
        listeners.set(call[1], named.add(call[2]));
        return;
      }
      case 'destroy':
        client.destroy();
        listeners.clear();
        return options.destroyed();
      default:
        return console.warn('kefu: no such call', call);
    }
  }

  void showLanguage(wished);
  void fetchConfig(ports).then((found) => {
    config.value = found;
    void showLanguage(chat.value.language ?? wished);
  });
  return {
    chat,
    client,
    config,
    texts,
    isOpen,
    unread,
    rows,
    counterpart: person,
    tooMany,
    rich,
    bringRich: () => void bringRich(),
    hasOlder: computed(() => allRows.value.length > shown.value || chat.value.transcript.from > 1),
    say,
    askForPerson: () => say(texts.value?.t('personPhrase') ?? ''),
    async showOlder() {
      if (allRows.value.length <= shown.value) await client.loadOlder();
      shown.value += rowsShownMore;
    },
    chooseLanguage: setLanguage,
    close,
    run,
  };
}
