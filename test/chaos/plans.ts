import type { FaultPlan } from './faults.ts';

/** Back and ahead by up to an hour, as a clock that was set to the wrong zone. */
const clockOff = { from: -3_600_000, to: 3_600_000 };

/** For runs of minutes: pauses go beyond every lease, and between two faults of a kind there is time to recover. */
export const longFaults: FaultPlan = {
  process: { from: 3000, to: 12_000 },
  freeze: { from: 2000, to: 36_000 },
  network: { from: 300, to: 2500 },
  disk: { from: 4000, to: 12_000 },
  clock: { from: 8000, to: 20_000 },
  clockOff,
  database: { from: 3000, to: 12_000 },
  bus: { from: 8000, to: 30_000 },
};

/** The same within seconds. */
export const shortFaults: FaultPlan = {
  process: { from: 800, to: 2000 },
  freeze: { from: 1000, to: 2500 },
  network: { from: 150, to: 600 },
  disk: { from: 800, to: 2000 },
  clock: { from: 1500, to: 3000 },
  clockOff,
  database: { from: 1000, to: 2500 },
  bus: { from: 1000, to: 3000 },
};

const never = { from: Infinity, to: Infinity };

/** Only the network, badly: what the clients' own rules are for. */
export const networkFaults: FaultPlan = {
  process: never,
  freeze: never,
  network: { from: 50, to: 250 },
  disk: never,
  clock: never,
  clockOff,
  database: never,
  bus: never,
};
