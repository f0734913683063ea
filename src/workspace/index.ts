export { workspaceSchema } from './schema.ts';
export type { Workspace } from './schema.ts';
export { openWorkspace } from './document.ts';
export type { WorkspaceDocument } from './document.ts';
export {
  agentSchedule,
  isOpen,
  isStaffed,
  nextOpeningMs,
  openMsLater,
  phoneSchedule,
  weekSpans,
} from './hours.ts';
export type { Schedule } from './hours.ts';
export { readIfThere, writeSynced } from './synced-file.ts';
export { agentActionLimits, localValues, workspaceValues } from './values.ts';
