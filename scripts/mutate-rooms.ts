export interface MutatedRoom {
  readonly mutate: readonly string[];
  /** The tests that are asked; those that need a browser, PostgreSQL or minutes are left out. */
  readonly tests: readonly string[];
}

/** Where a slip costs most: what is kept, what crosses the wire, who may do what. */
export const mutatedRooms: Readonly<Record<string, MutatedRoom>> = {
  protocol: { mutate: ['src/protocol/*.ts'], tests: ['test/protocol/*.test.ts'] },
  store: {
    // PostgreSQL's half answers to the same contract, but a server a mutant is too slow.
    mutate: ['src/store/*.ts', 'src/store/sqlite/*.ts', '!src/store/migrate-to-postgres.ts'],
    tests: [
      'test/store/{sqlite,open,writer,migration,failing-disk,backup,place,search,refusals}.test.ts',
      'test/audit/chain.test.ts',
    ],
  },
  authorisation: {
    mutate: [
      'src/identity/*.ts',
      'src/handoff/ownership.ts',
      'src/desk/{border,caller,public-agent,session,routes}.ts',
      'src/desk/api/{bearer,route,mount}.ts',
      'src/channels/web/{session-of,origin}.ts',
    ],
    tests: [
      'test/identity/*.test.ts',
      'test/handoff/ownership.test.ts',
      'test/desk/{rights,session,border,guards,doors,rest}.test.ts',
      'test/channels/whose.test.ts',
    ],
  },
};
