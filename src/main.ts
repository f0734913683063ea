import { readConfig } from './service/config.ts';
import { Fault } from './core/index.ts';
import { shutdownOnSignals } from './ops/index.ts';
import { startService } from './service/service.ts';

/** Runs the service until a signal ends it; `start.js` calls it. Ends the process with 1 when it cannot start, saying why. */
export async function main(): Promise<void> {
  try {
    const service = await startService(readConfig(process.env));
    shutdownOnSignals(service.shutdown, service.log, service.isInPlugin);
    const { url, firstAgent, isDemo } = service;
    console.log('\nKefu is up.\n');
    if (isDemo) console.log(`  Demo page with the widget   ${url}/`);
    console.log(`  Agent desk                  ${url}/desk/`);
    if (firstAgent) {
      const { email, password } = firstAgent;
      console.log(`\n  First agent ${email} with password ${password}  (shown this once)`);
    }
    console.log(`\nready ${url}`);
  } catch (error) {
    // Told in words where the operator can mend it; anything else is a bug and shows its stack.
    if (error instanceof Fault && error.code !== 'internal') {
      console.error(`Kefu cannot start (${error.code}): ${error.message}`);
    } else {
      console.error('Kefu cannot start:', error);
    }
    process.exit(1);
  }
}
