import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { openKnowledge } from '../library/index.ts';

const cacheFolder = resolve(import.meta.dirname, '../../.cache');

/** Reads `text` or `language<TAB>text` a line from standard input; writes one JSON object a line, in order. */
export async function run(): Promise<number> {
  const { engine } = await openKnowledge({ cacheFolder, workspaceValues: () => ({}) });
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const out: string[] = [];
  for await (const line of createInterface({ input: process.stdin })) {
    const { language, text } = split(line);
    const hint = { nowMs: Date.now(), timeZone, ...(language !== undefined && { language }) };
    const { verdict, intents, entities, ...rest } = engine.understand(text, hint);
    const [first, ...alternatives] = intents;
    out.push(
      JSON.stringify(
        {
          text: rest.text,
          language: rest.language,
          intent: first?.intent ?? 'out_of_scope',
          confidence: round(first?.confidence ?? 0),
          verdict,
          alternatives: alternatives.map(({ intent, confidence }) => ({
            intent,
            confidence: round(confidence),
          })),
          entities,
        },
        bigintAsText,
      ),
    );
    if (out.length >= 256) process.stdout.write(`${out.splice(0).join('\n')}\n`);
  }
  if (out.length > 0) process.stdout.write(`${out.join('\n')}\n`);
  return 0;
}

function split(line: string): { readonly language?: string; readonly text: string } {
  const found = /^([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\t(.*)$/s.exec(line);
  return found?.[1] !== undefined && found[2] !== undefined
    ? { language: found[1], text: found[2] }
    : { text: line };
}

const round = (share: number): number => Math.round(share * 10_000) / 10_000;

const bigintAsText = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
