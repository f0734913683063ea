import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/service/config.ts';
import {
  parseClientMessageId,
  parseCustomerId,
  parseVisitorId,
  type ConversationId,
} from '../../src/core/index.ts';
import { createLog, createMetrics } from '../../src/ops/index.ts';
import { openCore, type Core } from '../../src/service/node.ts';
import { startService } from '../../src/service/service.ts';
import { openSandboxWallet, type WalletMessage } from '../../src/wallet/index.ts';
import { keyId, secret, serve } from './http-world.ts';
import { freshFolder } from './sandbox-world.ts';

/** Long enough to train the model where no earlier test has left one. */
const trainingMs = 120_000;

/** A wallet company's process, and the environment that connects to it. */
async function company() {
  const [theirs, ours] = [await freshFolder(), await freshFolder()];
  const received: WalletMessage[] = [];
  const wallet = await openSandboxWallet({
    folder: theirs,
    clock: Date.now,
    statementUrl: 'https://wallet.example/statements/',
    notify: (message) => received.push(message),
  });
  onTestFinished(async () => {
    wallet.close();
    await rm(theirs, { recursive: true });
    await rm(ours, { recursive: true });
  });
  const served = await serve(wallet, { clock: Date.now });
  const env = {
    KEFU_DATA: ours,
    PORT: '0',
    LOG_LEVEL: 'silent',
    KEFU_WALLET_URL: served.url,
    KEFU_WALLET_KEY_ID: keyId,
    KEFU_WALLET_SECRET: new TextDecoder().decode(secret),
    KEFU_CACHE: resolve(import.meta.dirname, '../../.cache'),
  };
  return { wallet, received, env, faults: served.faults };
}

/** What the bot has said in the conversation, once `holds` is true of it. */
async function saidOnce(core: Core, id: ConversationId, holds: (text: string) => boolean) {
  for (;;) {
    const moved = Promise.withResolvers<void>();
    const stop = core.bus.subscribe(`c:${id}`, () => moved.resolve());
    const log = await core.store.conversations.readAll(id, 0, 500);
    const said = log.filter(({ event }) => event.type === 'bot.said').map(({ event }) => event);
    const text = JSON.stringify(said, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    if (!holds(text)) await moved.promise;
    stop();
    if (holds(text)) return text;
  }
}

test(
  'with a company’s wallet the bot answers from it and its codes travel through it',
  { timeout: trainingMs },
  async () => {
    const { received, env, faults } = await company();
    const log = createLog({ level: 'silent', pretty: false });
    const core = await openCore(readConfig(env), createMetrics(), log);
    onTestFinished(() => core.close());
    expect(core.sandbox).toBeUndefined();

    const visitorId = parseVisitorId('v-1');
    const customerId = parseCustomerId('maria');
    const cid = parseClientMessageId(randomUUID());
    if (!visitorId || !customerId || !cid) throw new Error('no ids');
    const id = await core.turns.open({ visitorId, customerId }, 'web', 'en');
    await core.turns.receive({ conversationId: id, cid, text: "what's my balance?" });
    await saidOnce(core, id, (text) => /EUR/.test(text));

    const sent = await core.identity.codes.send('maria', id, 'challenge-1');
    expect(sent).toMatchObject({ kind: 'sent', tail: expect.stringMatching(/^···\d{4}$/) });
    const [message] = received;
    if (message?.kind !== 'code') throw new Error('no code came');
    expect(message).toMatchObject({ customerId: 'maria', purpose: 'verify' });
    expect(await core.identity.codes.check('challenge-1', id, message.code)).toEqual({
      kind: 'passed',
    });
    expect(faults).toEqual([]);
  },
);

test(
  'with a company’s wallet nobody can pose as a customer: no demo page, no demo API',
  { timeout: trainingMs },
  async () => {
    const { env } = await company();
    const service = await startService(readConfig(env));
    onTestFinished(() => service.stop());
    expect(service.isDemo).toBe(false);
    const paths = ['/', '/index.html', '/demo/api/customers', '/demo/api/phone?customerId=maria'];
    for (const path of paths) {
      expect([path, (await fetch(service.url + path)).status]).toEqual([path, 404]);
    }
    const posed = await fetch(`${service.url}/demo/api/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"customerId":"maria"}',
    });
    expect(posed.status).toBe(404);
  },
);

const whole = {
  KEFU_WALLET_URL: 'https://api.wallet.example/kefu/v1/',
  KEFU_WALLET_KEY_ID: 'kefu-1',
  KEFU_WALLET_SECRET: 'x'.repeat(32),
};

test('a wallet is connected by three variables, of which none may be missing', () => {
  expect(readConfig({}).wallet).toBeUndefined();
  expect(readConfig(whole).wallet).toEqual({
    url: 'https://api.wallet.example/kefu/v1',
    keyId: 'kefu-1',
    secret: 'x'.repeat(32),
  });
  for (const name of Object.keys(whole)) {
    expect(() => readConfig({ ...whole, [name]: '' })).toThrow('together');
  }
});

for (const url of [
  'http://api.wallet.example',
  'http://127.0.0.1.example.com',
  'ftp://api.wallet.example',
  'https://user:pass@api.wallet.example',
  'https://api.wallet.example/?x=1',
  'https://api.wallet.example/#x',
  'api.wallet.example',
]) {
  test(`${url} is no address for a wallet`, () => {
    expect(() => readConfig({ ...whole, KEFU_WALLET_URL: url })).toThrow('KEFU_WALLET_URL');
  });
}

for (const url of ['http://127.0.0.1:8790/v1', 'http://localhost:1', 'http://[::1]:8790/v1']) {
  test(`${url} is one, on this machine`, () => {
    expect(readConfig({ ...whole, KEFU_WALLET_URL: url }).wallet?.url).toBe(url);
  });
}
