import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { variables } from '../../src/service/config-reference.ts';

const root = resolve(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(resolve(root, file), 'utf8');

interface Service {
  readonly environment?: Record<string, string>;
  readonly volumes?: readonly string[];
  readonly read_only?: boolean;
  readonly networks?: Record<string, { readonly ipv4_address?: string }>;
}

interface Pool {
  readonly subnet: string;
  readonly ip_range: string;
}

const compose = parse(text('docker-compose.yml'), { merge: true }) as {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, unknown>;
  readonly networks: Record<string, { readonly ipam: { readonly config: readonly Pool[] } }>;
};
const known = new Set(variables.map(({ name }) => name));

test('the compose file sets only variables that the configuration knows', () => {
  const nodes = ['node-a', 'node-b'].map((name) => compose.services[name]);
  for (const node of nodes) {
    const set = Object.keys(node?.environment ?? {});
    expect(set).toContain('KEFU_DATABASE_URL');
    expect(set.filter((name) => !known.has(name))).toEqual([]);
    expect(node?.read_only).toBe(true);
  }
});

test('each node keeps its address when it is made anew, within the network that is trusted and apart from those given out', () => {
  const { networks } = compose;
  const [pool] = networks['kefu']?.ipam.config ?? [];
  expect(pool).toEqual({ subnet: '172.28.5.0/24', ip_range: '172.28.5.128/25' });
  const addresses = ['node-a', 'node-b'].map(
    (name) => compose.services[name]?.networks?.['kefu']?.ipv4_address ?? '',
  );
  expect(new Set(addresses).size).toBe(2);
  for (const address of addresses) {
    const last = Number(/^172\.28\.5\.(\d+)$/.exec(address)?.[1]);
    expect(last).toBeGreaterThan(1);
    expect(last).toBeLessThan(128);
  }
  expect(compose.services['node-a']?.environment?.['KEFU_TRUST_PROXY']).toBe(pool?.subnet);
});

test('the balancer sends to the nodes and the port that there are, and keeps figures to the inside', () => {
  const nginx = text('deploy/nginx.conf');
  const upstreams = [...nginx.matchAll(/server (\S+):8787/g)].map(([, name]) => name ?? '');
  expect(upstreams).toEqual(['node-a', 'node-b']);
  for (const name of upstreams) expect(compose.services).toHaveProperty(name);
  // A node that leaves refuses what it has not begun: another one takes it.
  expect(nginx).toMatch(/proxy_next_upstream [^;]*http_503/);
  expect(nginx).toMatch(/location = \/metrics \{ return 404; \}/);
});

test('the pods run as nobody in particular on a read-only root, with variables and paths that there are', () => {
  const documents = parseAllDocuments(text('deploy/kubernetes.yaml')).map(
    (one) => one.toJS() as object,
  );
  const [deployment] = documents;
  expect(deployment).toMatchObject({
    kind: 'Deployment',
    spec: {
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
      template: {
        spec: {
          securityContext: { runAsNonRoot: true },
          containers: [
            {
              securityContext: { readOnlyRootFilesystem: true },
              // It serves until the endpoints have forgotten it, and has time enough to leave after that.
              lifecycle: { preStop: { sleep: { seconds: 5 } } },
            },
          ],
          terminationGracePeriodSeconds: 60,
        },
      },
    },
  });
  const named = [...text('deploy/kubernetes.yaml').matchAll(/\b(KEFU_[A-Z_]+)/g)].map(
    ([, name]) => name ?? '',
  );
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('the image copies what there is and starts the entry that there is', () => {
  const dockerfile = text('Dockerfile');
  const copied = [...dockerfile.matchAll(/--from=build \/app\/(\S+)/g)].map(
    ([, path]) => path ?? '',
  );
  const made = new Set(['dist', 'node_modules', '.cache/compile']);
  expect(copied.filter((path) => !made.has(path) && !existsSync(resolve(root, path)))).toEqual([]);
  expect(dockerfile).toContain('USER node');
  const started = /^CMD \[.*"(\S+)"\]$/m.exec(dockerfile)?.[1] ?? '';
  expect(existsSync(resolve(root, started))).toBe(true);
});
