export { compareRuns, type Comparison } from './compare.ts';
export { evaluateSet, type LanguageEvaluation, type SetEvaluation } from './evaluation.ts';
export type { Figures } from './figures.ts';
export { missedFloors, missedFloorText, type FloorTable, type MissedFloor } from './floors.ts';
export { dealFolds, takeShare } from './folds.ts';
export { judge, type Judged, type LabelledText } from './judged.ts';
export { reportPage, type ReportInput } from './report.ts';
export {
  findMislabelled,
  findNearDuplicates,
  findNeedyIntents,
  type Mislabelled,
  type NearDuplicate,
  type NeedyIntent,
} from './suggestions.ts';
