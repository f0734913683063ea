import type { ChatPorts } from '../chat/index.ts';
import type * as filesPart from './files.tsx';
import type * as morePart from './more.tsx';
import type { View } from './model.ts';
import type * as richPart from './rich.tsx';
import type { Store } from './store.ts';

/** Parts that many conversations never need, each a chunk of its own: cards and forms, files, and what is behind the three dots. */
export interface Extras {
  readonly rich?: typeof richPart;
  readonly files?: typeof filesPart;
  readonly more?: typeof morePart;
}

const loaders: { readonly [Name in keyof Extras]-?: () => Promise<Required<Extras>[Name]> } = {
  rich: () => import('./rich.tsx'),
  files: () => import('./files.tsx'),
  more: () => import('./more.tsx'),
};
/** After a chunk could not be fetched. */
const againMs = 3_000;

export function createExtras(
  ports: Pick<ChatPorts, 'clock'> & {
    readonly adopt: (css: string) => void;
    readonly store: Store<View>;
  },
) {
  const { adopt, store, clock } = ports;
  const coming = new Map<keyof Extras, Promise<Extras>>();

  async function fetchPart(name: keyof Extras): Promise<Extras> {
    for (;;) {
      try {
        const part = await loaders[name]();
        adopt(part.css);
        const extras = { ...store.get().extras, [name]: part };
        store.set({ extras });
        return extras;
      } catch {
        await new Promise<void>((again) => clock.after(againMs, again));
      }
    }
  }
  /** Tries until it is there, and gives all that are; a view that needs it is drawn again then. */
  function bring(name: keyof Extras): Promise<Extras> {
    const part = coming.get(name) ?? fetchPart(name);
    coming.set(name, part);
    return part;
  }
  return { bring };
}
