import { jestProject, rooms } from './tools/jest-project.mjs';

export default {
  projects: rooms().map(jestProject),
  maxWorkers: 4,
  // Outside the folder for temporary files, which is a new one in each run.
  cacheDirectory: '.recapito/jest',
  testSequencer: './tools/test/order-of-specs.mjs',
  // Longer than any wait of a spec, which tells better what it waited for.
  testTimeout: 180_000,
};
