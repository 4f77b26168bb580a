export { approvalLastsMs, judgeApproval, judgePersons } from './approval.ts';
export type { ApprovalRefusal, AskedApproval, GivenApproval, PersonsRefusal, TwoPersons } from './approval.ts';
export { fingerprintOf } from './fingerprint.ts';
