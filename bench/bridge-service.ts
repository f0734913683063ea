/**
 * The real service with Telegram connected, for the bench of the bridge. Prints `ready <url>`; tells what CPU it has used,
 * and what bare requests to the platform's stand-in cost it.
 */
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PlatformRequests } from '../src/channels/index.ts';
import { readConfig } from '../src/service/config.ts';
import { startService } from '../src/service/service.ts';

/** `none`: the platform's answers are made up here, so that what is left is our own work alone. */
const hasNetwork = process.env['KEFU_BENCH_NETWORK'] !== 'none';
const apiUrl = process.env['KEFU_BENCH_API'] ?? '';
let calls = 0;

export type Asked =
  { readonly what: 'cpu' } | { readonly what: 'fetch' | 'http'; readonly count: number };
export interface Told {
  /** Milliseconds of CPU, all threads of the process. */
  readonly cpuMs: number;
  /** Requests that were answered here. */
  readonly calls: number;
  /** A server of Node's own that reads what it is sent and says that it has it: the least that a webhook costs. */
  readonly bareUrl: string;
}

const answer = Buffer.from('{"ok":true,"result":{"message_id":1}}');
const body = JSON.stringify({ chat_id: '1', text: 'Our support hours are around the clock.' });
const agent = new Agent({ keepAlive: true });

async function byFetch(): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${apiUrl}/bare`, { method: 'POST', headers, body });
  await response.arrayBuffer();
}

function byHttp(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const call = request(`${apiUrl}/bare`, { method: 'POST', headers, agent }, (response) => {
    response.resume();
    response.once('end', resolve);
  });
  call.once('error', reject);
  call.end(body);
  return promise;
}

async function cpuOf(work: () => Promise<void>, count: number): Promise<number> {
  const before = process.cpuUsage();
  for (let nth = 0; nth < count; nth += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function tell(asked: Asked): Promise<Told> {
  const { port } = bare.address() as AddressInfo;
  const told = { calls, bareUrl: `http://127.0.0.1:${port}/hooks/telegram` };
  if (asked.what === 'fetch') return { ...told, cpuMs: await cpuOf(byFetch, asked.count) };
  if (asked.what === 'http') return { ...told, cpuMs: await cpuOf(byHttp, asked.count) };
  const { user, system } = process.cpuUsage();
  return { ...told, cpuMs: (user + system) / 1000 };
}

const bare = createServer((asked, answered) => {
  asked.resume().on('end', () => {
    answered.writeHead(200, { 'content-type': 'text/plain', 'content-length': 0 }).end();
  });
});
await once(bare.listen(0, '127.0.0.1'), 'listening');

/** As the network would answer, without it. */
const made: PlatformRequests = async () => {
  calls += 1;
  return { status: 200, header: () => undefined, bytes: answer };
};

const many = 1_000_000_000;
const config = readConfig({ ...process.env, PORT: '0', LOG_LEVEL: 'warn' });
const service = await startService(
  {
    ...config,
    requestsPerMinute: many,
    webLimits: {
      visitorBurstMax: many,
      visitorPerMinuteMax: many,
      framesBurstMax: many,
      framesPerSecondMax: many,
    },
  },
  hasNetwork ? {} : { platformRequests: made },
);
console.log(`ready ${service.url}`);
process.on('SIGTERM', () => void service.stop().then(() => process.exit(0)));
process.on('message', (asked: Asked) => void tell(asked).then((told) => process.send?.(told)));
