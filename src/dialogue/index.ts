export { checkContent, type ContentSources } from './check/content.ts';
export type { FlowFile } from './check/graph.ts';
export type { TextSource, TextSources } from './check/texts.ts';
export { decide } from './decide.ts';
export type * from './decide-types.ts';
export * from './events.ts';
export { evolve } from './evolve.ts';
export { faultText, type ContentFault } from './faults.ts';
export * from './flow.ts';
export { flowJsonSchema } from './flow-schema.ts';
export { parseFlow, type FlowSource, type ParsedFlow } from './parse-flow.ts';
export * from './state.ts';
export {
  systemTexts,
  wordLists,
  type SystemText,
  type WordList,
} from './system-texts.ts';
