/** A fact as the outbox has it, as far as coherence goes. */
interface Fact {
  readonly type: string;
  readonly sequence: bigint | number;
  readonly data: Record<string, unknown>;
}

/**
 * What an auditor finds wrong with the facts of one message whose sender is ours: the coherence rules that public
 * analysers of providers' logs apply. Empty when the log is coherent.
 */
export function incoherences(facts: readonly Fact[]): string[] {
  const of = (type: string) => facts.filter((fact) => fact.type === type).map(({ data }) => data);
  const faults: string[] = [];
  if (of('envelope-dispatched').length !== 1) faults.push(`${of('envelope-dispatched').length} envelopes`);
  if (of('message-accepted').length !== 1) faults.push(`${of('message-accepted').length} acceptances`);
  const [envelope] = of('envelope-dispatched');
  const recipients = (envelope?.['destinatari'] ?? []) as { indirizzo: string; tipo: string }[];
  const certified = recipients.filter(({ tipo }) => tipo === 'certificato').map(({ indirizzo }) => indirizzo);
  const taken = of('taken-in-charge').flatMap((data) => data['ricezione'] as string[]);
  const outcomes = [...of('message-delivered'), ...of('message-not-delivered')].map((data) => String(data['consegna']));
  const limits = of('time-limit-passed').map((data) => `${String(data['limit'])} ${String(data['consegna'])}`);
  const times = (address: string, among: readonly string[]) => among.filter((each) => each === address).length;
  const own = of('message-accepted')[0]?.['gestore'];
  /** Of whom the sender's own provider says that no provider took the envelope: not taken in charge. */
  const rejected = of('message-not-delivered')
    .filter(({ gestore, errore }) => gestore === own && errore !== 'virus')
    .map((data) => String(data['consegna']));
  // Who was not taken in charge, or has no outcome, is spoken of by a notice of time limits; others may be.
  for (const address of certified) {
    const noticed = times(`twenty-four-hours ${address}`, limits) === 1;
    const least = noticed ? 0 : 1;
    const leastTaken = rejected.includes(address) ? 0 : least;
    if (![leastTaken, 1].includes(times(address, taken))) faults.push(`${address} not taken in charge once`);
    if (![least, 1].includes(times(address, outcomes))) faults.push(`${address} has not one outcome`);
  }
  if (new Set(limits).size < limits.length) faults.push('a notice of a time limit left twice');
  const noticed = of('time-limit-passed').map((data) => String(data['consegna']));
  const ordinary = recipients.filter(({ tipo }) => tipo === 'esterno').map(({ indirizzo }) => indirizzo);
  const handedOver = of('message-handed-over').map((data) => String(data['consegna']));
  for (const address of ordinary)
    if (times(address, handedOver) + times(address, outcomes) !== 1) faults.push(`${address} has not one end`);
  for (const address of [...taken, ...outcomes.filter((each) => !ordinary.includes(each)), ...noticed])
    if (!certified.includes(address)) faults.push(`${address} is no certified recipient of the envelope`);
  const infected = of('virus-detected').map((data) => String(data['consegna']));
  const told = of('message-not-delivered').filter(({ errore }) => errore === 'virus');
  if (JSON.stringify(infected.toSorted()) !== JSON.stringify(told.map((data) => String(data['consegna'])).toSorted()))
    faults.push('a virus that was detected and the notice to the sender do not correspond');
  const named = (data: Record<string, unknown>) =>
    JSON.stringify([data['mittente'], data['destinatari']]).toLowerCase();
  if (new Set(facts.map(({ data }) => named(data))).size > 1) faults.push('sender or recipients differ between facts');
  facts.forEach(({ sequence }, index) => {
    if (Number(sequence) !== index + 1) faults.push(`fact ${index + 1} has the sequence ${sequence}`);
  });
  return faults;
}
