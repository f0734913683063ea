export { mountDemo } from './demo.ts';
export type { DemoCustomer, DemoDeps, DemoPhone } from './demo.ts';
