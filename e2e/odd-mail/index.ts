import { changedEnvelopes } from './changed-envelopes.ts';
import { bodies } from './bodies.ts';
import { fields } from './fields.ts';
import { fileNames } from './file-names.ts';
import { ids, subjects } from './ids-and-subjects.ts';
import { injections } from './injections.ts';
import { receipts } from './odd-receipts.ts';
import { otherParties } from './other-parties.ts';
import type { OddArrival } from './odd-arrival.ts';
import type { OddSubmission } from './odd-submission.ts';
import { dialogs, recipients } from './recipients.ts';
import { marks, structures } from './structures.ts';

/** What clients send at the access point, by kind. */
export const oddSubmissions: Readonly<Record<string, readonly OddSubmission[]>> = {
  'values that try to become header fields': injections,
  'fields that are missing, repeated or not admitted': fields,
  'recipients of the header and of the dialog': recipients,
  'dialogs with odd addresses and parameters': dialogs,
  'Message-IDs': ids,
  subjects,
  'names of files': fileNames,
  bodies,
  'the structure of MIME': structures,
  'marks of certified mail set by the sender': marks,
};

/** What strangers and other providers bring to the incoming point, by kind. */
export const oddArrivals: Readonly<Record<string, readonly OddArrival[]>> = {
  'genuine envelopes with something changed': changedEnvelopes,
  'who brings what, signed by whom, for whom': otherParties,
  'receipts that are odd': receipts,
};
