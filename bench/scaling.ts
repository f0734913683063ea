import { startPostgres } from '../test/support/postgres.ts';
import { ms, quantile, serve, table } from './child.ts';
import { connectWidget } from './widget.ts';

export const name = 'scaling';

const widgets = 200;
const talkMs = 8000;

/**
 * The same widgets on the embedded store, on one node on PostgreSQL, and on two: messages a second that are acknowledged and
 * answered when every widget sends its next one as soon as the bot has answered. Everything, the widgets too, shares this machine.
 */
export async function run(): Promise<void> {
  const rows: string[][] = [];
  const postgres = await startPostgres({ durable: true });
  try {
    rows.push(await measured('embedded store', 1, {}));
    for (const nodes of [1, 2]) {
      const env = { KEFU_DATABASE_URL: await postgres.database() };
      rows.push(
        await measured(`PostgreSQL, ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`, nodes, env),
      );
    }
  } finally {
    await postgres.stop();
  }
  table(['way', 'answered a second', 'answer p50 / p99 ms'], rows);
}

async function measured(
  label: string,
  count: number,
  env: { readonly [name: string]: string },
): Promise<string[]> {
  // One after the other, the first makes the tables; each has a sandbox wallet of its own, which a greeting never asks.
  const nodes = [await serve('serve.ts', undefined, env)];
  while (nodes.length < count) nodes.push(await serve('serve.ts', undefined, env));
  const some = await Promise.all(
    Array.from({ length: widgets }, (_, at) => connectWidget(nodes[at % count]?.url ?? '')),
  );
  const took: number[] = [];
  const startedMs = performance.now();
  await Promise.all(
    some.map(async (widget) => {
      while (performance.now() - startedMs < talkMs) took.push(await widget.ask('hello').answered);
    }),
  );
  const seconds = (performance.now() - startedMs) / 1000;
  some.forEach((widget) => widget.close());
  for (const node of nodes) await node.stop();
  const rate = `${Math.round(took.length / seconds)}/s`;
  return [label, rate, `${ms(quantile(took, 0.5))} / ${ms(quantile(took, 0.99))}`];
}
