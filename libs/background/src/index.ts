export { BackgroundLoop } from './background-loop.ts';
export type { LoopOptions } from './background-loop.ts';
