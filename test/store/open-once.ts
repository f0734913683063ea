import { Fault } from '../../src/core/index.ts';
import { openSqliteStore } from '../../src/store/index.ts';

/** Tries to open the store in the folder given and prints how it went. Run as a process of its own. */
const startedMs = performance.now();
try {
  const store = await openSqliteStore({ folder: process.argv[2] ?? '', clock: Date.now });
  await store.close();
  console.log(JSON.stringify({ code: 'opened' }));
} catch (error) {
  const tookMs = performance.now() - startedMs;
  const { code, message } =
    error instanceof Fault ? error : { code: 'other', message: String(error) };
  console.log(JSON.stringify({ code, message, tookMs }));
}
