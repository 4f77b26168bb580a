import { refuse } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import {
  certificationKinds,
  certifiedErrors,
  contradictionIn,
  isTooLargeToCertify,
  receiptForms,
  recipientKinds,
} from './certification.ts';
import type { CertificationData, Destinatario } from './certification.ts';
import { isIdentificativo } from './identificativo.ts';
import { readLegalTime } from './legal-time.ts';
import { certifiedMsgid } from './message-id.ts';
import { certifiedBox, namedAddress } from './certified-address.ts';
import { readXml } from './xml-reader.ts';
import type { XmlElement } from './xml-reader.ts';

/** A larger file is not read: two thousand recipients fit in it twice. */
export const longestDaticert = 480 * 1024;

/** What providers write here is a line or two. */
const longestError = 16_384;

export type DaticertRefusal = Refusal<
  'daticert/too-large' | 'daticert/not-xml' | 'daticert/not-valid' | 'daticert/contradiction'
>;

/**
 * Reads certification data strictly: the elements of the DTD in their order, no text between them, then the rules that
 * a DTD cannot say: ids and addresses can stand in a header (see `certifiedBox`, `namedAddress`, `isIdentificativo`).
 * A msgid that is not printable ASCII is lost, which `remarks` says. Refusals: `daticert/too-large`, `daticert/not-xml`, `daticert/not-valid`, `daticert/contradiction`.
 */
export function readDaticert(bytes: Uint8Array): CertificationData | DaticertRefusal {
  if (bytes.byteLength > longestDaticert) return tooLarge();
  const root = readXml(asUtf8(bytes));
  if (!root) {
    return refuse('daticert/not-xml', 'DATICERT-XML', {
      it: 'I dati di certificazione non sono un documento XML in UTF-8.',
      en: 'The certification data are not an XML document in UTF-8.',
    });
  }
  const data = dataOf(root);
  if (!data) {
    return refuse('daticert/not-valid', 'DATICERT-VALID', {
      it: 'I dati di certificazione non seguono la DTD della posta certificata.',
      en: 'The certification data do not follow the DTD of certified mail.',
    });
  }
  if (isTooLargeToCertify(data) || (data.erroreEsteso ?? '').length > longestError) return tooLarge();
  return contradictionIn(data) ?? data;
}

function tooLarge(): DaticertRefusal {
  return refuse('daticert/too-large', 'CERTIFIED-SIZE', {
    it: 'I dati di certificazione sono più lunghi di quanto si possa trattare.',
    en: 'The certification data are longer than what can be dealt with.',
  });
}

function asUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return '';
  }
}

function dataOf(root: XmlElement): CertificationData | null {
  const [intestazione, dati, ...others] = childrenOf(root);
  if (root.name !== 'postacert' || !intestazione || !dati || others.length > 0) return null;
  const tipo = certificationKinds.find((kind) => kind === root.attributes.get('tipo'));
  const errore = certifiedErrors.find((error) => error === (root.attributes.get('errore') ?? 'nessuno'));
  const head = intestazione.name === 'intestazione' ? headOf(intestazione) : null;
  const body = dati.name === 'dati' ? bodyOf(dati) : null;
  return tipo && errore && head && body ? { tipo, errore, ...head, ...body } : null;
}

function headOf(intestazione: XmlElement) {
  const rest = childrenOf(intestazione).toReversed();
  const mittente = certifiedBox(textOf(take(rest, 'mittente')));
  const destinatari: Destinatario[] = [];
  for (let next = take(rest, 'destinatari'); next; next = take(rest, 'destinatari')) {
    const tipo = recipientKinds.find((kind) => kind === (next?.attributes.get('tipo') ?? 'certificato'));
    const indirizzo = tipo === 'certificato' ? certifiedBox(textOf(next)) : namedAddress(textOf(next));
    if (!tipo || !indirizzo) return null;
    destinatari.push({ indirizzo, tipo });
  }
  const replies = textOf(take(rest, 'risposte'));
  const risposte = replies === '' ? '' : namedAddress(replies);
  const oggetto = textOf(take(rest, 'oggetto'));
  if (!mittente || destinatari.length === 0 || risposte === null || rest.length > 0) return null;
  return { mittente, destinatari, risposte, oggetto };
}

function bodyOf(dati: XmlElement) {
  const rest = childrenOf(dati).toReversed();
  const gestore = textOf(take(rest, 'gestore-emittente'));
  const at = instantOf(take(rest, 'data'));
  const identificativo = textOf(take(rest, 'identificativo'));
  const client = certifiedMsgid(textOf(take(rest, 'msgid')));
  const asked = take(rest, 'ricevuta');
  const ricevuta = receiptForms.find((form) => form === asked?.attributes.get('tipo')) ?? null;
  const delivered = take(rest, 'consegna');
  const consegna = certifiedBox(textOf(delivered));
  const ricezione: string[] = [];
  for (let next = take(rest, 'ricezione'); next; next = take(rest, 'ricezione'))
    ricezione.push(certifiedBox(textOf(next)) ?? '');
  const erroreEsteso = textOf(take(rest, 'errore-esteso'));
  const whole = gestore !== null && at !== null && rest.length === 0;
  if (!whole || !identificativo || !isIdentificativo(identificativo) || client === null) return null;
  if (
    (delivered && consegna === null) ||
    (asked && !ricevuta) ||
    (asked && asked.text !== '') ||
    ricezione.includes('')
  )
    return null;
  const remarks = client.lost ? ({ remarks: ['message-id-lost'] } as const) : {};
  return { gestore, at, identificativo, msgid: client.msgid, ...remarks, ricevuta, consegna, ricezione, erroreEsteso };
}

function instantOf(element: XmlElement | null) {
  if (!element) return null;
  const rest = childrenOf(element).toReversed();
  const giorno = textOf(take(rest, 'giorno'));
  const ora = textOf(take(rest, 'ora'));
  const zona = element.attributes.get('zona');
  if (giorno === null || ora === null || zona === undefined || rest.length > 0) return null;
  return readLegalTime({ giorno, ora, zona });
}

/** The children of an element that may only hold elements; text beside them makes the document invalid. */
function childrenOf(element: XmlElement): XmlElement[] {
  const misplaced = { name: '#text', attributes: new Map(), children: [], text: element.text };
  return element.text.trim() === '' ? [...element.children] : [misplaced];
}

/** Takes the next element, the last of `rest`, when it has that name: the order is the DTD's. */
function take(rest: XmlElement[], name: string): XmlElement | null {
  return rest.at(-1)?.name === name ? (rest.pop() ?? null) : null;
}

/** The text of an element that may hold nothing else. */
function textOf(element: XmlElement | null): string | null {
  return element && element.children.length === 0 ? element.text.trim() : null;
}
