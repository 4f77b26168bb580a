import { jestProject, rooms } from './tools/jest-project.mjs';

export default {
  projects: rooms().map(jestProject),
  maxWorkers: 3,
  // Outside the folder for temporary files, which is a new one in each run.
  cacheDirectory: '.recapito/jest',
  testSequencer: './tools/long-specs-spread.mjs',
  testTimeout: 30_000,
};
