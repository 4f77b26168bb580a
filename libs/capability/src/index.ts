export * from './arming.ts';
export { serviceCalendar } from './calendar.ts';
export type { ServiceCalendar } from './calendar.ts';
export { compileCalendar, nextBoundary, quotaAt } from './compiled-calendar.ts';
export type { CompiledCalendar, Phase, VerbWindow } from './compiled-calendar.ts';
export * from './decide.ts';
export * from './fingerprint.ts';
export { mailboxStates, partyClasses, verbs } from './verbs.ts';
export type { CalendarVerb, Circuit, MailboxState, PartyClass, Verb } from './verbs.ts';
