import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import type { Circuit, PartyClass, Verb } from './verbs.ts';

export type CircuitRefusal = Refusal<'circuit/party-not-admitted'>;

/** Which other parties each circuit admits, at either end. */
const admitted: Readonly<Record<Circuit, readonly PartyClass[]>> = {
  'closed-pa': ['pa'],
  open: ['pa', 'pec', 'ordinary'],
};

const cannotSend: CircuitRefusal = refuse('circuit/party-not-admitted', 'CIRCUIT-SEND', {
  it: 'Da questa casella si può scrivere soltanto agli indirizzi certificati delle pubbliche amministrazioni.',
  en: 'From this mailbox one can write only to the certified addresses of public bodies.',
});

const cannotReceive: CircuitRefusal = refuse('circuit/party-not-admitted', 'CIRCUIT-RECEIVE', {
  it: 'Questa casella riceve soltanto dagli indirizzi certificati delle pubbliche amministrazioni.',
  en: 'This mailbox receives only from the certified addresses of public bodies.',
});

/** Why the circuit keeps this party apart from its boxes, or null when it does not. Only sending and receiving are judged. */
export function refusalByCircuit(circuit: Circuit, verb: Verb, party: PartyClass): CircuitRefusal | null {
  if (admitted[circuit].includes(party)) return null;
  if (verb === 'send') return cannotSend;
  return verb === 'receive' ? cannotReceive : null;
}
