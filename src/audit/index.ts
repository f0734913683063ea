export { createAudit, type Audit, type Verified } from './audit.ts';
export type { AuditDetails, AuditEntry } from './chain.ts';
export { followLog, type AuditFollower } from './follower.ts';
export { lineOf, parsePlace, placeText, verifiedLines } from './lines.ts';
export { entryOfEvent } from './log-entries.ts';
export { auditedAccounts } from './sign-ins.ts';
export { createWitness, deskRules, type Witness, type Witnessed } from './witness.ts';
