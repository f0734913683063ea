export { workspaceSchema, weekdays } from './schema.ts';
export type { Holiday, WeekHours, Workspace, WorkspaceDraft } from './schema.ts';
export { openWorkspace } from './document.ts';
export type { Changed, WorkspaceDocument, WorkspaceLog } from './document.ts';
export { agentSchedule, isOpen, isStaffed, nextOpeningMs, phoneSchedule } from './hours.ts';
export type { Schedule } from './hours.ts';
export { workspaceValues } from './values.ts';
