import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/service/config.ts';
import { configurationTable, variables } from '../../src/service/config-reference.ts';

const root = resolve(import.meta.dirname, '../..');
/** Tables without the spaces that the formatter puts in. */
const bare = (text: string) => text.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---');

test('the page of the configuration tells of every variable, as the reference has it', async () => {
  const page = await readFile(resolve(root, 'docs/operating/configuration.md'), 'utf8');
  expect(bare(page)).toContain(bare(configurationTable()));
});

test('every variable that is read stands in the reference, and no other', async () => {
  const source = await readFile(resolve(root, 'src/service/config.ts'), 'utf8');
  const found = source.matchAll(
    /env\['([A-Z_]+)'\]|\(env, '([A-Z_]+)'|walletUrl\(env, '([A-Z_]+)'/g,
  );
  const names = new Set([...found].map((match) => match[1] ?? match[2] ?? match[3]));
  if (/logLevel\(env\)/.test(source)) names.add('LOG_LEVEL');
  expect(names).toEqual(new Set(variables.map(({ name }) => name)));
});

test('the values that it names for want of a variable are those that are read', () => {
  const config = readConfig({});
  const read: { readonly [name: string]: unknown } = {
    PORT: config.port,
    HOST: config.host,
    LOG_LEVEL: config.logLevel,
    KEFU_REQUESTS_PER_MINUTE: config.requestsPerMinute,
    KEFU_SANDBOX_LOAD_CUSTOMERS: config.loadCustomers,
  };
  for (const [name, value] of Object.entries(read)) {
    expect(variables.find((one) => one.name === name)?.fallback).toBe(String(value));
  }
});

test('a bad value is refused by its name, and a secret is never told back', () => {
  const bad: { readonly [name: string]: string } = {
    PORT: 'x',
    LOG_LEVEL: 'loud',
    KEFU_PUBLIC_URL: 'chat.example',
    KEFU_TRUST_PROXY: 'anybody',
    KEFU_USER_TOKEN_SECRET: 'short-secret',
    KEFU_WALLET_SECRET: 'short-secret',
    KEFU_WALLET_URL: 'http://wallet.example/',
    KEFU_DATABASE_URL: 'mysql://short-secret@db/x',
    KEFU_BUS: 'redis://:short-secret@redis',
    KEFU_ENCODER_URL: 'nowhere',
    KEFU_REQUESTS_PER_MINUTE: '-1',
    KEFU_SANDBOX_LOAD_CUSTOMERS: '1e9',
  };
  for (const [name, value] of Object.entries(bad)) {
    let told = '';
    try {
      readConfig({ [name]: value });
    } catch (error) {
      told = error instanceof Error ? error.message : '';
    }
    expect(told).toContain(name);
    expect(told).not.toContain('short-secret');
  }
});
