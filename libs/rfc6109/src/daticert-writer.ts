import type { CertificationData } from './certification.ts';
import { legalTime } from './legal-time.ts';
import { asXmlText } from './xml-text.ts';

/** daticert.xml in UTF-8, in the order of the DTD (`daticert.dtd`, RFC 6109 section 4.4). */
export function writeDaticert(data: CertificationData): string {
  const { giorno, ora, zona } = legalTime(data.at);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<postacert tipo="${data.tipo}" errore="${data.errore}">`,
    '    <intestazione>',
    element('mittente', data.mittente),
    ...data.destinatari.map(({ indirizzo, tipo }) => element('destinatari', indirizzo, ` tipo="${tipo}"`)),
    element('risposte', data.risposte),
    ...optional('oggetto', data.oggetto),
    '    </intestazione>',
    '    <dati>',
    element('gestore-emittente', data.gestore),
    `        <data zona="${zona}">`,
    `            <giorno>${giorno}</giorno>`,
    `            <ora>${ora}</ora>`,
    '        </data>',
    element('identificativo', data.identificativo),
    ...optional('msgid', data.msgid),
    ...(data.ricevuta === null ? [] : [`        <ricevuta tipo="${data.ricevuta}"/>`]),
    ...optional('consegna', data.consegna),
    ...data.ricezione.map((address) => element('ricezione', address)),
    ...optional('errore-esteso', data.erroreEsteso),
    '    </dati>',
    '</postacert>',
    '',
  ].join('\n');
}

function optional(name: string, text: string | null): string[] {
  return text === null ? [] : [element(name, text)];
}

function element(name: string, text: string, attributes = ''): string {
  return `        <${name}${attributes}>${escaped(text)}</${name}>`;
}

function escaped(text: string): string {
  return asXmlText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}
