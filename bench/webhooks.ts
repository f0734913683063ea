/**
 * Webhook bodies that no platform would send, through every driver: each has to come to a named outcome. Beside the count of
 * throws, of which there must be none, what one body costs.
 */
import { createHmac } from 'node:crypto';
import { drivers } from '../src/channels/platforms/drivers.ts';
import type { Driver } from '../src/channels/platforms/driver.ts';
import { table } from './child.ts';

export const name = 'webhooks';

const bodies = 100_000;
/** Members of every platform's bodies in one, so that a scrambled piece of it is nearly somebody's. */
const seed =
  '{"update_id":1,"message":{"message_id":1,"from":{"id":1},"chat":{"id":1,"type":"private"},"text":"hi"},"entry":[{"changes":[{"value":{"messages":[{}]}}]}],"events":[{"type":"message"}],"event":{"type":"message"}}';
const named: ReadonlySet<string> = new Set(['ok', 'forged', 'unreadable']);

export async function run(): Promise<void> {
  const rows = Object.values(drivers).map((driver) => {
    const before = process.cpuUsage();
    const { outcomes, thrown } = fuzz(driver);
    const { user, system } = process.cpuUsage(before);
    const each = ((user + system) / bodies).toFixed(1);
    return [driver.name, String(bodies), String(outcomes), String(thrown), each];
  });
  table(['platform', 'bodies', 'named outcomes', 'thrown', 'CPU µs a body'], rows);
  if (rows.some(([, , outcomes, thrown]) => thrown !== '0' || outcomes !== String(bodies))) {
    throw new Error('a body came to no named outcome');
  }
}

function fuzz(driver: Driver): { readonly outcomes: number; readonly thrown: number } {
  let [outcomes, thrown] = [0, 0];
  for (let nth = 0; nth < bodies; nth += 1) {
    const text = scrambled(nth);
    try {
      driver.parse(asJson(text));
      const { kind } = driver.verify(webhookOf(text), {}, 0);
      if (named.has(kind)) outcomes += 1;
    } catch {
      thrown += 1;
    }
  }
  return { outcomes, thrown };
}

/** Cut, doubled and scrambled; the same at every run. */
function scrambled(nth: number): string {
  const hash = createHmac('sha256', 'fuzz').update(String(nth)).digest();
  const at = hash.readUInt16BE(0) % seed.length;
  const noise = hash.subarray(0, hash[2] ?? 1).toString('latin1');
  return `${seed.slice(0, at)}${noise}${seed.slice(at + ((hash[3] ?? 0) % 9))}`;
}

/** What is not JSON goes to the driver as it is. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function webhookOf(text: string) {
  return {
    method: 'POST',
    url: 'https://x.test/',
    query: { signature: text },
    headers: { 'x-line-signature': text },
    raw: Buffer.from(text),
  } as const;
}
