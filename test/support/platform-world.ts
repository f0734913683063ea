import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { visitorOf } from '../../src/channels/platforms/receiving.ts';
import { drivers } from '../../src/channels/platforms/drivers.ts';
import { writePlatformSettings } from '../../src/channels/platforms/settings.ts';
import { readConfig } from '../../src/service/config.ts';
import type { ConversationId } from '../../src/core/index.ts';
import { createUserTokenSigner } from '../../src/identity/index.ts';
import { startService, type Service } from '../../src/service/service.ts';
import { png } from './file-samples.ts';
import {
  photoMark,
  publicUrl,
  type ApiCall,
  type Hook,
  type Peer,
  type Seen,
} from './platform-peer.ts';

/** What every picture of a customer is. */
export const photoBytes = png(4, 4);

export interface PlatformWorldOptions {
  readonly pluginsFolder?: string;
  /** Settings of the platform beside what the peer needs. */
  readonly more?: { readonly [name: string]: string };
  /** Connected as well, at the same address. */
  readonly beside?: readonly Peer[];
  /** Instead of the peer's own good answer. */
  readonly answer?: (call: ApiCall, nth: number) => { status: number; body: unknown } | undefined;
}

/** The whole service over a fresh folder, connected to a stand-in for one platform's API that keeps every call. */
export async function platformWorld(peer: Peer, options: PlatformWorldOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'kefu-platform-'));
  const calls: ApiCall[] = [];
  let answer = options.answer;
  const api = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = callOf(request, Buffer.concat(chunks).toString('utf8'));
      calls.push(call);
      if (call.method === 'GET' && call.path.includes(photoMark)) {
        response.writeHead(200, { 'content-type': 'image/png' });
        return response.end(photoBytes);
      }
      const { status, body } = answer?.(call, calls.length) ?? peer.answer(call);
      response.writeHead(status, { 'content-type': 'application/json' });
      return response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  await writePlatformSettings(folder, (settings) => ({
    ...settings,
    signInUrl: 'https://pay.okpay.test/sign-in',
    platforms: Object.fromEntries([
      ...(options.beside ?? []).map((other) => [other.name, other.settings(apiUrl)] as const),
      [peer.name, { ...peer.settings(apiUrl), ...options.more }] as const,
    ]),
  }));
  const start = () =>
    startService(
      readConfig({
        PORT: '0',
        KEFU_DATA: folder,
        KEFU_CACHE: resolve(import.meta.dirname, '../../.cache'),
        KEFU_PUBLIC_URL: publicUrl,
        KEFU_PLUGINS: options.pluginsFolder ?? join(folder, 'no-plugins'),
        LOG_LEVEL: 'silent',
      }),
    );
  let service: Service = await start();
  let next = 1000;

  const seen = (): readonly Seen[] => calls.flatMap((call) => peer.seen(call) ?? []);
  const deliver = async (hook: Hook): Promise<{ status: number; body: string }> => {
    const response = await fetch(service.url + hook.path, {
      method: hook.method,
      headers: hook.headers,
      ...(hook.method === 'POST' && { body: hook.body }),
    });
    return { status: response.status, body: await response.text() };
  };

  const world = {
    peer,
    calls,
    seen,
    deliver,
    apiUrl,
    get service() {
      return service;
    },
    get core() {
      return service.core;
    },
    answerWith(other: PlatformWorldOptions['answer']) {
      answer = other;
    },
    /** Waits until what the customer saw from `from` on has this in it, and gives that message. */
    async sees(pattern: RegExp, from = 0): Promise<Seen> {
      const find = () =>
        seen()
          .slice(from)
          .find((one) => pattern.test(wordsOf(one)));
      await expect
        .poll(find, { timeout: 60_000 })
        .toBeDefined()
        .catch(() => undefined);
      const found = find();
      if (!found)
        throw new Error(`no ${pattern} in\n${seen().slice(from).map(wordsOf).join('\n---\n')}`);
      return found;
    },
    /** Writes as the customer and waits for an answer that has this in it. */
    async says(text: string, pattern: RegExp): Promise<Seen> {
      const from = seen().length;
      const { status } = await deliver(peer.text((next += 1), text));
      expect(status).toBe(200);
      return world.sees(pattern, from);
    },
    /** Presses the button with this label, or where there are none answers with its number in the list. */
    async chooses(message: Seen, label: RegExp, pattern: RegExp): Promise<Seen> {
      const button = message.buttons.find((one) => label.test(one.label));
      if (!button || !peer.press) {
        const line = message.text.split('\n').find((one) => /^\d+\) /.test(one) && label.test(one));
        expect(line).toBeDefined();
        return world.says(/^\d+/.exec(line ?? '')?.[0] ?? '', pattern);
      }
      const from = seen().length;
      expect((await deliver(peer.press((next += 1), button.data, button.label))).status).toBe(200);
      return world.sees(pattern, from);
    },
    async conversation(): Promise<ConversationId> {
      const id = await service.core.store.conversations.findByVisitor(
        visitorOf(drivers[peer.name], peer.userId),
      );
      if (id === undefined) throw new Error('there is no conversation');
      return id;
    },
    async events() {
      const all = await service.core.store.conversations.readAll(
        await world.conversation(),
        0,
        2000,
      );
      return all.map(({ event }) => event);
    },
    /** Opens the one-time link in a message as this customer, who signs in at the host page. */
    async signsIn(message: Seen, customerId = 'lin-wei'): Promise<string> {
      const path = linkIn(message.text);
      const userToken = await createUserTokenSigner({
        issuer: 'wallet',
        secret: new TextEncoder().encode(service.core.userTokenSecret),
        clock: Date.now,
        randomId: () => crypto.randomUUID(),
      })(customerId);
      const shown = await world.post(path, { user_token: userToken });
      expect(shown.body).toContain(userToken);
      return (await world.post(path, { user_token: userToken, confirmed: 'yes' })).body;
    },
    async post(path: string, fields: { readonly [name: string]: string }) {
      const body = new URLSearchParams(fields);
      const response = await fetch(service.url + path, { method: 'POST', body });
      return { status: response.status, body: await response.text() };
    },
    /** The one-time code that the customer's phone got last. */
    code(customerId = 'lin-wei'): string {
      const { sandbox } = service.core;
      const messages = sandbox?.phone.messages(customerId, 0) ?? [];
      const text = JSON.stringify(messages.at(-1) ?? '');
      return /\b(\d{6})\b/.exec(text)?.[1] ?? '';
    },
    async restart() {
      await service.stop();
      service = await start();
    },
    async stop() {
      await service.stop();
      api.closeAllConnections();
      api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return world;
}
export type PlatformWorld = Awaited<ReturnType<typeof platformWorld>>;

const wordsOf = ({ text, buttons }: Seen): string =>
  [text, ...buttons.map(({ label }) => `[${label}]`)].join('\n');

/** The path of the link in a message. */
export function linkIn(text: string): string {
  const path = /https:\/\/chat\.okpay\.test(\/link\/\S+)/.exec(text)?.[1];
  if (path === undefined) throw new Error(`no link in ${text}`);
  return path;
}

function callOf(request: IncomingMessage, text: string): ApiCall {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : undefined,
    ]),
  );
  const { method = '', url: path = '' } = request;
  return { method, path, headers, body: bodyOf(text, headers['content-type'] ?? '') };
}

function bodyOf(text: string, type: string): unknown {
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
