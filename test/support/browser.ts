import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** The system's Chromium (or the one that `CHROMIUM` names), kept from calling anywhere by itself. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Runs in the page: left edges of these words inside an element. */
export function leftOf(element: unknown, words: readonly string[]): readonly number[] {
  interface TextNode {
    readonly data: string;
    readonly nodeType: number;
    readonly childNodes: readonly TextNode[];
  }
  interface Range {
    setStart(node: TextNode, at: number): void;
    setEnd(node: TextNode, at: number): void;
    getBoundingClientRect(): { readonly left: number };
  }
  const { document } = globalThis as unknown as { document: { createRange(): Range } };
  const textsIn = (node: TextNode): readonly TextNode[] =>
    node.nodeType === 3 ? [node] : [...node.childNodes].flatMap(textsIn);
  const texts = textsIn(element as TextNode);
  return words.map((word) => {
    const text = texts.find(({ data }) => data.includes(word));
    if (!text) return Number.NaN;
    const range = document.createRange();
    range.setStart(text, text.data.indexOf(word));
    range.setEnd(text, text.data.indexOf(word) + word.length);
    return range.getBoundingClientRect().left;
  });
}
