import { jestProject, rooms } from './tools/jest-project.mjs';

export default {
  projects: rooms().map(jestProject),
  maxWorkers: 3,
  testSequencer: './tools/long-specs-spread.mjs',
  testTimeout: 30_000,
};
