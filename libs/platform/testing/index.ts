export { healthSuite } from './health-suite.ts';
