import { personChoice } from '../chat/index.ts';
import type { ChatClient, ChatPorts, Message } from '../chat/index.ts';
import { createPicks } from '../chat/picks.ts';
import type { Extras } from './extras.ts';
import type { View } from './model.ts';
import type { Store } from './store.ts';

export interface DraftPorts {
  readonly ports: ChatPorts;
  readonly store: Store<View>;
  readonly client: ChatClient;
  readonly extras: { readonly bring: (name: keyof Extras) => Promise<Extras> };
}

/** What the person is about to say, and says. */
export interface Draft {
  say(message: Message): void;
  /** The draft with its files; while one of those is on its way the message waits for it, and goes then. */
  sendDraft(): void;
  draft(text: string): void;
  attach(files: readonly File[]): void;
  unpick(key: string): void;
  retryPick(key: string): void;
  askForPerson(): void;
  /** The conversation is another one; what a customer had begun is not for whoever comes next. */
  moved(wasCustomer: boolean): void;
  clear(): void;
}

export function createDraft({ ports, store, client, extras }: DraftPorts): Draft {
  const picks = createPicks({
    newId: ports.newId,
    async bring(changed) {
      const { files } = await extras.bring('files');
      if (!files) throw new Error('not what was brought');
      return files.createUploads({
        ...ports,
        upload: files.browserUpload,
        conv: () => client.state.conv,
        token: () => client.sessionToken,
        freshToken: () => client.freshToken(),
        limits: () => store.get().config?.files,
        changed,
      });
    },
    changed: (shown) => store.set(shown),
    ready: send,
  });
  function send() {
    const files = picks.take();
    const text = store.get().draft.trim();
    store.set({ draft: '' });
    say({ text, ...(files.length > 0 && { files }) });
  }
  function say(message: Message) {
    // A second click before the buttons are drawn as taken answers nothing.
    const answers = ({ choice, form }: Message) => choice?.id ?? form?.id;
    const isSame = (other: Message) => answers(other) === answers(message);
    const underWay = client.state.outgoing.filter(({ state }) => state !== 'failed');
    if (answers(message) && underWay.some((one) => isSame(one.message))) return;
    store.set({ tooMany: !client.send(message), leaving: undefined });
  }
  function clear() {
    picks.clear();
    store.set({ draft: '' });
  }
  return {
    say,
    sendDraft() {
      if (!canSend(store.get())) return;
      // What was written stays where it is until there is room for it.
      if (client.isFull) store.set({ tooMany: true });
      else if (picks.settled()) send();
    },
    draft(draft) {
      store.set({ draft });
      picks.takeBack();
      client.typing(draft !== '');
    },
    attach: (files) => picks.attach(files),
    unpick: (key) => picks.remove(key),
    retryPick: (key) => picks.retry(key),
    askForPerson() {
      store.set({ page: 'chat' });
      const text = store.get().texts?.t('personPhrase') ?? '';
      say({ text, choice: personChoice });
    },
    moved(wasCustomer) {
      if (wasCustomer) clear();
      else picks.moved();
    },
    clear,
  };
}

/** Something is written or picked. */
export function canSend({ draft, picked, chat }: View): boolean {
  return (draft.trim() !== '' || picked.length > 0) && chat.phase !== 'barred';
}
