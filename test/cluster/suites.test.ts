import { afterAll, beforeAll, describe } from 'vitest';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { worldsOnPostgres } from '../support/stores.ts';

/** The very suites that run on the embedded store, on PostgreSQL: what they promise, a cluster promises. */
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());
worldsOnPostgres(() => server);
// Each move is a round trip to a server here; on the embedded store a thousand are played.
process.env['KEFU_SCHEDULES'] ??= '40';
process.env['KEFU_DEATHS'] ??= '12';

describe('one voice, on PostgreSQL', async () => void (await import('../turn/one-voice.test.ts')));
describe('taking over, on PostgreSQL', async () => void (await import('../turn/takeover.test.ts')));
describe('the matcher, on PostgreSQL', async () =>
  void (await import('../turn/handoff-matcher.test.ts')));
describe('random hand-offs, on PostgreSQL', async () =>
  void (await import('../turn/handoff-simulation.test.ts')));
describe('resuming, on PostgreSQL', async () => void (await import('../channels/resume.test.ts')));
describe('retention, on PostgreSQL', async () =>
  void (await import('../upkeep/retention.test.ts')));
describe('rights at the desk, on PostgreSQL', async () =>
  void (await import('../desk/authorisation.test.ts')));
describe('dying around a refund, on PostgreSQL', async () =>
  void (await import('../turn/crash-points.test.ts')));
describe('what agents do to accounts, on PostgreSQL', async () =>
  void (await import('../turn/agent-actions.test.ts')));
describe('words for a platform, on PostgreSQL', async () =>
  void (await import('../turn/outlets.test.ts')));
