/** What the idle server needs, and what each idle widget adds, after a collection. */
import { serve, table } from './child.ts';
import { connectWidget, type BenchWidget } from './widget.ts';

export const name = 'memory';

const connections = 10_000;

export async function run(): Promise<void> {
  // The first one leaves the compiled code of the bench's own file behind.
  await (await serve('serve.ts')).stop();
  const service = await serve('serve.ts');
  // The first conversations load what is loaded late; they are not the price of a connection.
  const warm = await Promise.all(Array.from({ length: 20 }, () => connectWidget(service.url)));
  const before = await service.memory();
  const widgets: BenchWidget[] = [];
  while (widgets.length < connections) {
    widgets.push(
      ...(await Promise.all(Array.from({ length: 20 }, () => connectWidget(service.url)))),
    );
  }
  const after = await service.memory();
  [...warm, ...widgets].forEach((widget) => widget.close());
  await service.stop();
  const used = (usage: NodeJS.MemoryUsage) => usage.heapUsed + usage.external;
  const more = after.rss - before.rss;
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  table(
    ['measure', 'value', 'bound'],
    [
      ['idle server, resident', mib(before.rss), '200 MB'],
      ['idle server, heap in use', mib(before.heapUsed), '-'],
      [`${connections} idle widgets, resident`, `${mib(more)} more`, '120 MB'],
      [
        `one idle widget of ${connections}, resident`,
        `${(more / connections / 1024).toFixed(1)} KiB`,
        '20 KB',
      ],
      [
        `one idle widget of ${connections}, heap and buffers`,
        `${((used(after) - used(before)) / connections / 1024).toFixed(1)} KiB`,
        '20 KB',
      ],
    ],
  );
}
