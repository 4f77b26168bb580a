import { jestProject, rooms } from './tools/jest-project.mjs';

export default {
  projects: rooms().map(jestProject),
  maxWorkers: 2,
  testTimeout: 30_000,
};
