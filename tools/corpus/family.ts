import { parseInstant } from '@recapito/primitives';
import {
  acceptanceReceipt,
  anomalyEnvelope,
  deliveryReceipt,
  nonAcceptanceNotice,
  nonDeliveryNotice,
  readOriginal,
  receiptFormFor,
  takingInChargeReceipt,
  timeLimitNotice,
  transportEnvelope,
  virusDetectionNotice,
  virusError,
  virusNonAcceptanceNotice,
  virusNonDeliveryNotice,
  withCertifiedId,
  withSevenBitParts,
} from '@recapito/rfc6109';
import type { CertifiedMessage, CertifyingProvider, Emission, ProviderMessage } from '@recapito/rfc6109';
import { nameAt } from './legal-messages.ts';
import type { LegalMessage, Story } from './legal-messages.ts';
import { tipoOf } from './manifest.ts';
import type { CorpusKind, ManifestEntry } from './manifest.ts';
import { receiving, sending, serviceMailbox } from './providers.ts';

/** One file to be: the message, who signs it, and what is true of it, which was known before it was built. */
export interface CorpusMessage {
  readonly built: ProviderMessage;
  readonly by: CertifyingProvider;
  readonly expected: Omit<ManifestEntry, 'file'>;
}

/** What a provider says at some time, and how its message is built. */
interface Act {
  readonly kind: CorpusKind;
  readonly by: CertifyingProvider;
  readonly data: string;
  /** What the manifest says beyond what all messages about the same one have in common. */
  readonly says: Partial<Omit<ManifestEntry, 'file' | 'kind' | 'tipo' | 'data'>>;
  readonly build: (emission: Emission) => ProviderMessage;
}

interface About {
  readonly legal: LegalMessage;
  readonly message: CertifiedMessage;
  /** As the citizen handed it in, and as it travels: its 8-bit parts in 7 bits unless somebody has signed them. */
  readonly submitted: Buffer;
  readonly postacert: Buffer;
  /** The first in To, of whom receipts and notices speak. */
  readonly recipient: string;
}

const virus = 'Eicar-Signature';

const saidOf: Record<Story, readonly ((about: About) => Act[])[]> = {
  whole: [acceptance, taking, deliveries, failures, viruses, timeLimits, anomaly],
  ordinary: [acceptance, anomaly],
  elsewhere: [deliveries, failures],
};

/** Every envelope, receipt and notice that there can be about one message, each with what a reader must find. */
export function familyOf(legal: LegalMessage, submitted: Buffer): CorpusMessage[] {
  const about = aboutMessage(legal, submitted);
  const acts = saidOf[legal.story].flatMap((say) => say(about));
  return acts.map((act, at) => corpusMessage(about, act, legal.number * 100 + at + 1));
}

function aboutMessage(legal: LegalMessage, submitted: Buffer): About {
  const { identificativo, msgid, mittente, oggetto, ricevuta } = legal;
  const original = readOriginal(submitted);
  const [first] = legal.to;
  if (!original || !first) throw new Error(`message ${legal.number} has no readable header, or no recipient`);
  return {
    legal,
    message: { identificativo, msgid, mittente, destinatari: everybody(legal), risposte: mittente, oggetto, ricevuta },
    submitted,
    postacert: withCertifiedId(withSevenBitParts(original).original, identificativo),
    recipient: first.indirizzo,
  };
}

function everybody({ to, cc }: LegalMessage) {
  return [...to, ...cc];
}

function corpusMessage({ legal }: About, { kind, by, data, says, build }: Act, serial: number): CorpusMessage {
  const messageId = `ric.${nameAt(data, serial)}@${by.domain}`;
  return {
    built: build({ provider: by, messageId, at: parseInstant(data) }),
    by,
    expected: {
      kind,
      tipo: tipoOf[kind],
      errore: 'nessuno',
      ricevuta: null,
      mittente: legal.mittente,
      destinatari: everybody(legal),
      consegna: null,
      oggetto: legal.oggetto,
      identificativo: legal.identificativo,
      msgid: legal.msgid,
      data,
      copia: false,
      ...says,
    },
  };
}

function acceptance({ legal, message, postacert }: About): Act[] {
  const { ricevuta, calendar } = legal;
  const at = { by: sending, data: calendar.accepted };
  const reason = 'la copia nascosta (Bcc) non è ammessa';
  return [
    { ...at, kind: 'accettazione', says: {}, build: (by) => acceptanceReceipt(message, by) },
    {
      ...at,
      kind: 'non-accettazione',
      says: { errore: 'altro' },
      build: (by) => nonAcceptanceNotice(message, by, reason),
    },
    { ...at, kind: 'posta-certificata', says: { ricevuta }, build: (by) => transportEnvelope(message, by, postacert) },
  ];
}

function taking({ legal, message }: About): Act[] {
  const certified = everybody(legal).filter(({ tipo }) => tipo === 'certificato');
  const recipients = certified.map(({ indirizzo }) => indirizzo);
  const build = (by: Emission) => takingInChargeReceipt(message, by, { recipients, serviceMailbox });
  return [{ by: receiving, data: legal.calendar.taken, kind: 'presa-in-carico', says: {}, build }];
}

/** To the first recipient, and to the first in copy. */
function deliveries({ legal, message, postacert }: About): Act[] {
  const { to, cc, ricevuta, calendar, hashOf } = legal;
  return [...to.slice(0, 1), ...cc.slice(0, 1)].map(({ indirizzo }) => {
    const copia = indirizzo === cc[0]?.indirizzo;
    const delivered = {
      recipient: indirizzo,
      form: receiptFormFor(ricevuta, copia ? 'cc' : 'to'),
      original: postacert,
    };
    return {
      by: { ...receiving, briefHash: hashOf },
      data: calendar.delivered,
      kind: 'avvenuta-consegna',
      says: { ricevuta, consegna: indirizzo, copia },
      build: (by) => deliveryReceipt(message, by, delivered),
    };
  });
}

function failures({ legal, message, recipient }: About): Act[] {
  const causes = [
    ['no-dest', '5.1.1', 'indirizzo non valido'],
    ['no-dominio', '5.1.2', 'dominio sconosciuto'],
    ['altro', '5.2.2', 'casella piena'],
  ] as const;
  return causes.map(([errore, code, words]) => {
    const failed = { recipient, errore, erroreEsteso: `${code} - ${receiving.name} - ${words}` };
    return {
      by: receiving,
      data: legal.calendar.delivered,
      kind: 'errore-consegna',
      says: { errore, consegna: recipient },
      build: (by) => nonDeliveryNotice(message, by, failed),
    };
  });
}

function viruses({ legal, message, recipient }: About): Act[] {
  const { accepted, delivered, reported } = legal.calendar;
  const says = { errore: 'virus', consegna: recipient } as const;
  const found = { recipient, serviceMailbox, erroreEsteso: virusError(receiving, virus) };
  const told = { recipient, erroreEsteso: virusError(receiving, virus) };
  return [
    {
      by: sending,
      data: accepted,
      kind: 'non-accettazione-virus',
      says: { errore: 'virus' },
      build: (by) => virusNonAcceptanceNotice(message, by, virusError(sending, virus)),
    },
    {
      by: receiving,
      data: delivered,
      kind: 'rilevazione-virus',
      says,
      build: (by) => virusDetectionNotice(message, by, found),
    },
    {
      by: sending,
      data: reported,
      kind: 'errore-consegna-virus',
      says,
      build: (by) => virusNonDeliveryNotice(message, by, told),
    },
  ];
}

function timeLimits({ legal, message, recipient }: About): Act[] {
  const { twelveHours, twentyThreeHours } = legal.calendar;
  const notice = (kind: CorpusKind, limit: 'twelve-hours' | 'twenty-four-hours', data: string): Act => ({
    by: sending,
    data,
    kind,
    says: { errore: 'altro', consegna: recipient },
    build: (by) => timeLimitNotice(message, by, { recipient, limit }),
  });
  return [
    notice('preavviso-12h', 'twelve-hours', twelveHours),
    notice('preavviso-24h', 'twenty-four-hours', twentyThreeHours),
  ];
}

/** The message as it came in from the open Internet: nothing about it is certified. */
function anomaly({ legal, submitted }: About): Act[] {
  const dialog = {
    reversePath: legal.mittente,
    sender: legal.mittente,
    forwardPath: everybody(legal).map(({ indirizzo }) => indirizzo),
    reason: 'il messaggio non porta la firma di un gestore',
  };
  return [
    {
      by: receiving,
      data: legal.calendar.taken,
      kind: 'anomalia',
      says: { errore: null, identificativo: null },
      build: (by) => anomalyEnvelope(submitted, by, dialog),
    },
  ];
}
