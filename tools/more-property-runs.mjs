// Has every property be tried as often as asked: a setup file of Jest for `npm run test:properties`.
import { configureGlobal } from 'fast-check';

configureGlobal({ numRuns: Number(process.env['RECAPITO_PROPERTY_RUNS']) });
