import type en from '../../../locales/en/widget.json';
import type { WidgetConfig } from '../chat/index.ts';
import { chooseLanguage, createTexts } from '../view/texts.ts';
import type { Texts } from '../view/texts.ts';

const locales = import.meta.glob<{ readonly default: typeof en }>('../../../locales/*/widget.json');
const loaders = new Map(
  Object.entries(locales).map(([path, load]) => [path.split('/').at(-2) ?? '', load] as const),
);

type Offer = Pick<WidgetConfig, 'languages' | 'defaultLanguage'> | undefined;

/** Brings one language's words when it becomes the one to show. */
export interface Words {
  /** The language to begin in; none where we have none that the visitor reads: the service's default is taken then. */
  wish(...wishes: readonly (string | undefined)[]): { readonly language?: string };
  /** The one of those offered that comes next to it. */
  nearest(tag: string, offer: Offer): string;
  /** What is shown stays until the new words are there. */
  show(language: string | undefined, offer: Offer): void;
}

export function createWords(shown: (texts: Texts) => void): Words {
  const tags = [...loaders.keys()];
  let wished: string | undefined;
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
  /** The ones that the page has words for and, once that is known, the service speaks. */
  const offered = (offer: Offer) =>
    offer ? tags.filter((tag) => offer.languages.some((one) => one.tag === tag)) : tags;
  return {
    wish(...wishes) {
      wished = chooseLanguage([...wishes, ...navigator.languages], tags);
      return wished === undefined ? {} : { language: wished };
    },
    nearest: (tag, offer) => chooseLanguage([tag], offered(offer)) ?? tag,
    show(language, offer) {
      const wishes = [language ?? wished, offer?.defaultLanguage];
      const next = chooseLanguage(wishes, offered(offer)) ?? 'en';
      if (next !== wanted) void bring(next);
    },
  };
}
