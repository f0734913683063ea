import type { WidgetConfig } from '../../protocol/index.ts';

export function isOffered(config: WidgetConfig, language: string): boolean {
  return config.languages.some(({ tag }) => tag === language);
}

/** The offered language that is nearest to what a browser asks for: the same tag, else the same language, else the default. */
export function nearestLanguage(config: WidgetConfig, asked: string | undefined): string {
  if (asked === undefined) return config.defaultLanguage;
  const tags = config.languages.map(({ tag }) => tag);
  const same = tags.find((tag) => tag.toLowerCase() === asked.toLowerCase());
  return same ?? tags.find((tag) => primary(tag) === primary(asked)) ?? config.defaultLanguage;
}

function primary(tag: string): string {
  return tag.toLowerCase().split(/[-_]/, 1)[0] ?? '';
}
