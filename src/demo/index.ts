export { mountDemo } from './demo.ts';
