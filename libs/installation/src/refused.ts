/** What was asked for cannot be done; the message says why, in the words of the person who asked. Nothing was changed. */
export class Refused extends Error {}
