import { X509Certificate } from 'node:crypto';
import { parseInstant } from '@recapito/primitives';
import {
  certificateHash,
  issueProviderCertificate,
  issueRevocationList,
  makeAuthority,
  providerIndex,
  readOriginal,
  signer,
  trustIn,
  withCertifiedId,
} from '../src/index.ts';
import type { CertifiedMessage, ProviderEntry } from '../src/index.ts';

/** A fictional message between two fictional providers; specs vary it. */
export const message: CertifiedMessage = {
  identificativo: 'pec1.20140714093015.04711@posta.gestore.example',
  msgid: '<abc.123@client.example>',
  mittente: 'mario.rossi@postacertificata.example',
  destinatari: [
    { indirizzo: 'protocollo@pec.comune.example', tipo: 'certificato' },
    { indirizzo: 'info@comune.example', tipo: 'esterno' },
  ],
  risposte: 'mario.rossi@postacertificata.example',
  oggetto: 'Istanza di residenza – città',
  ricevuta: 'completa',
};

export const sender = { name: 'Gestore Esempio S.p.A.', domain: 'posta.gestore.example' };
export const receiver = { name: 'Altro Gestore S.p.A.', domain: 'posta.altrogestore.example' };

/** 14 July 2014, 09:30:15 in Rome. */
export const at = parseInstant('2014-07-14T07:30:15Z');

export const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };

/** What the sender's client submitted. */
export const submitted = [
  'From: Mario Rossi <mario.rossi@postacertificata.example>',
  'To: Protocollo <protocollo@pec.comune.example>,',
  ' info@comune.example',
  'Subject: =?utf-8?Q?Istanza_di_residenza_=E2=80=93_citt=C3=A0?=',
  'Message-ID: <abc.123@client.example>',
  '',
  'Chiedo la residenza.',
  '',
].join('\r\n');

/** The message as its provider keeps it and sends it on. */
export function postacert(text = submitted, identificativo = message.identificativo): Buffer {
  const original = readOriginal(Buffer.from(text, 'latin1'));
  if (!original) throw new Error('the example has no readable header');
  return withCertifiedId(original, identificativo);
}

/** Two providers with certificates of one authority, and an index that knows both. */
export async function twoProviders() {
  const authority = await makeAuthority('Autorità di prova', validity);
  const issue = (provider: { name: string; domain: string }) =>
    issueProviderCertificate(
      authority,
      { name: provider.name, address: `posta-certificata@${provider.domain}` },
      validity,
    );
  const credentials = { sender: await issue(sender), receiver: await issue(receiver) };
  const entries = [
    entry(sender, credentials.sender.certificate, ['posta.gestore.example', 'postacertificata.example']),
    entry(receiver, credentials.receiver.certificate, ['posta.altrogestore.example', 'pec.comune.example']),
  ];
  const crl = await issueRevocationList(authority, validity);
  return {
    authority,
    credentials,
    entries,
    known: { index: providerIndex(entries), trust: await trustIn([{ certificate: authority.certificate, crl }]) },
    signers: {
      sender: signer(credentials.sender.certificate, credentials.sender.privateKey),
      receiver: signer(credentials.receiver.certificate, credentials.receiver.privateKey),
    },
  };
}

export function entry(
  provider: { name: string; domain: string },
  certificate: string,
  managedDomains: string[],
): ProviderEntry {
  return {
    providerName: provider.name,
    mailReceipt: `ricevute@${provider.domain}`,
    managedDomains,
    providerCertificate: [new X509Certificate(certificate).raw.toString('base64')],
  };
}

export function hashOf(certificate: string): string {
  return certificateHash(new X509Certificate(certificate).raw);
}
