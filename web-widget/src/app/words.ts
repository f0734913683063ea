import type en from '../../../locales/en/widget.json';
import { chooseLanguage, createTexts } from '../view/texts.ts';
import type { Texts } from '../view/texts.ts';

const locales = import.meta.glob<{ readonly default: typeof en }>('../../../locales/*/widget.json');
const loaders = new Map(
  Object.entries(locales).map(([path, load]) => [path.split('/').at(-2) ?? '', load] as const),
);

/** Brings one language's words when it becomes the one to show. */
export interface Words {
  /** Languages that there are words for. */
  readonly tags: readonly string[];
  /** What is shown stays until the new words are there. */
  show(wishes: readonly (string | undefined)[], offered: readonly string[]): void;
}

export function createWords(shown: (texts: Texts) => void): Words {
  let wanted = '';
  async function bring(tag: string): Promise<void> {
    wanted = tag;
    try {
      const words = await loaders.get(tag)?.();
      if (words && wanted === tag) shown(createTexts(tag, { ...words.default }));
    } catch {
      if (wanted === tag) wanted = '';
    }
  }
  return {
    tags: [...loaders.keys()],
    show(wishes, offered) {
      const next = chooseLanguage(wishes, offered) ?? 'en';
      if (next !== wanted) void bring(next);
    },
  };
}
