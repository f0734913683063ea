import type { HostCall, HostEventName, HostEvents, HostListener } from '../api.ts';
import type { Storage } from '../chat/index.ts';
import { languageKey, rowsShownAtFirst } from './fixed.ts';
import type { Model, ModelOptions } from './model.ts';

/** The host page's ears. */
export interface Listeners {
  readonly tell: <N extends HostEventName>(name: N, detail: HostEvents[N]) => void;
  readonly add: (name: HostEventName, listener: HostListener) => void;
  readonly clear: () => void;
}

export function createListeners(): Listeners {
  const all = new Map<HostEventName, Set<HostListener>>();
  return {
    tell(name, detail) {
      for (const listener of all.get(name) ?? []) listener(detail);
    },
    add(name, listener) {
      all.set(name, (all.get(name) ?? new Set()).add(listener));
    },
    clear: () => all.clear(),
  };
}

interface Around extends Pick<ModelOptions, 'destroyed'> {
  readonly model: Model;
  readonly listeners: Listeners;
  readonly storage: Storage;
}

/** What the host page asks for. */
export function runCall(call: HostCall, { model, listeners, storage, destroyed }: Around): void {
  const { client, store } = model;
  switch (call[0]) {
    case 'open':
      if (store.get().isOpen) return;
      store.set({ isOpen: true, unread: 0 });
      client.start();
      listeners.tell('open', undefined);
      return listeners.tell('unread', { count: 0 });
    case 'close':
      return model.close();
    case 'identify':
      return client.identify(call[1]);
    case 'logout':
      storage.remove(languageKey);
      model.clear();
      store.set({ shown: rowsShownAtFirst, unread: 0, page: 'chat', leaving: undefined });
      return void client.logout();
    case 'setLanguage':
      return model.chooseLanguage(call[1]);
    case 'prefill':
      return model.draft(call[1]);
    case 'on':
      return listeners.add(call[1], call[2]);
    case 'destroy':
      model.clear();
      client.destroy();
      listeners.clear();
      return destroyed();
    default:
      return console.warn('kefu: no such call', call);
  }
}
