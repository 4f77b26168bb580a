import type { ClientWatch, SentLetter } from './client-watch.ts';
import { withLf } from './what-is-there.ts';
import type { KeptSubmission, StoredMessage, WhatIsThere } from './what-is-there.ts';

/** What clients saw. */
export type Seen = Pick<ClientWatch, 'letters' | 'confirmed' | 'read'>;

/** What the trace says of itself, and the clock of a rehearsal, are no entries of it. */
const outsideOfTrace = /^(audit-log\.checkpoints|suite\.clock)\.v1 /;
/** Whoever fetches the trace is named in it: those facts come while we look. */
const meanwhile = /^audit-log\.(readings|checkpoints)\.v1 /;

/** The suite itself sends its notices from these boxes. */
const ownSenders = new Set(['pec.cittadini@inpspec.gov.it', 'servizio@postacertificata.gov.it']);

/** Every letter of these suites goes to a box that takes it: nothing else is its end. */
const delivered = 'delivered';

/**
 * Compares what clients saw with what the suite holds, once all is quiet.
 * @param repeated `topic id` of records that somebody put on a topic besides, without the suite
 * @returns one sentence for each difference; none when nothing is lost and nothing doubled
 */
export function differences(seen: Seen, there: WhatIsThere): string[] {
  return [...lettersAgainst(seen, there), ...readAgainst(seen, there), ...factsAgainst(there)];
}

function lettersAgainst({ letters, confirmed }: Seen, there: WhatIsThere): string[] {
  const found: string[] = [];
  const kept = grouped(there.submissions, ({ messageId }) => messageId ?? '');
  const stored = grouped(there.stored, ({ about }) => about);
  for (const letter of letters.values())
    found.push(...oneLetter(letter, kept.get(letter.messageId) ?? [], stored.get(letter.messageId) ?? []));
  for (const { messageId, sender } of there.submissions)
    if (!letters.has(messageId ?? '') && !ownSenders.has(sender))
      found.push(`${sender} has sent ${messageId}, of which no client knows`);
  for (const { identificativo, recipients } of there.submissions)
    for (const { address, state } of recipients)
      if (state !== delivered) found.push(`${identificativo} to ${address} ended as ${state}`);
  found.push(...twiceIn(there.stored));
  for (const enrolment of confirmed)
    if (!there.confirmedEnrolments.includes(enrolment)) found.push(`the confirmation of ${enrolment} is lost`);
  for (const enrolment of there.confirmedEnrolments)
    if (!confirmed.has(enrolment)) found.push(`nobody was told that the confirmation of ${enrolment} is made`);
  return found;
}

/** A letter that was accepted is one submission, lies once in the recipient's box, and has both receipts once. */
function oneLetter(letter: SentLetter, kept: readonly KeptSubmission[], stored: readonly StoredMessage[]): string[] {
  const { messageId, sender, recipient, acceptedAs, refused } = letter;
  const found = refused.map((answer) => `${messageId} was answered ${answer}`);
  const ids = new Set([...acceptedAs, ...kept.map(({ identificativo }) => identificativo)]);
  if (ids.size > 1) found.push(`${messageId} was accepted as ${[...ids].join(' and ')}`);
  if (acceptedAs.length > 0 && kept.length === 0) found.push(`${messageId} was accepted and is in no table`);
  if (kept.length > 1) found.push(`${messageId} stands ${kept.length} times in the tables`);
  const owed = acceptedAs.length > 0 || kept.length > 0 ? 1 : 0;
  for (const [kind, box] of [
    ['posta-certificata', recipient],
    ['accettazione', sender],
    ['avvenuta-consegna', sender],
  ] as const) {
    const count = stored.filter((message) => message.kind === kind && message.box === box).length;
    if (count !== owed) found.push(`${kind} of ${messageId} lies ${count} times in ${box}`);
  }
  return found;
}

/** No provider gives an id twice, and no box gets the same message twice. */
function twiceIn(stored: readonly StoredMessage[]): string[] {
  const copies = grouped(stored, ({ box, messageId }) => `${messageId} lies twice in ${box}`);
  return [...copies].flatMap(([words, messages]) => (messages.length > 1 ? [words] : []));
}

function readAgainst({ read }: Seen, { stored }: WhatIsThere): string[] {
  return read.flatMap(({ box, bytes }) => {
    const lies = stored.some((message) => message.box === box && message.text.includes(withLf(bytes)));
    return lies ? [] : [`a message of ${bytes.length} bytes that was read in ${box} is not there`];
  });
}

/** What was told is in its topic and once in the trace; topics and trace hold nothing else. */
function factsAgainst({ told, published, traced, traceFaults }: WhatIsThere): string[] {
  const found = traceFaults.map((fault) => `the trace has a fault: ${JSON.stringify(fault)}`);
  const [known, lying, entered] = [new Set(told), new Set(published), new Set(traced)];
  for (const fact of told) {
    if (!lying.has(fact)) found.push(`${fact} was told and is not in its topic`);
    if (!entered.has(fact) && !outsideOfTrace.test(fact)) found.push(`${fact} was told and is not in the trace`);
  }
  if (entered.size < traced.length) found.push(`${traced.length - entered.size} facts are in the trace twice`);
  for (const fact of new Set([...lying, ...entered]))
    if (!known.has(fact) && !outsideOfTrace.test(fact) && !meanwhile.test(fact))
      found.push(`${fact} was told by nobody`);
  return found;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
