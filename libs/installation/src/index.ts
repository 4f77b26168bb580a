export { innerParts, makeInnerCertificates } from './inner-certificates.ts';
export { Refused } from './refused.ts';
export { addOperator, readRegister, removeOperator } from './register.ts';
