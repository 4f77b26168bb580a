import { expect, test } from '@jest/globals';
import { credentialsIn, textOfOriginal } from './announcement.ts';

function envelope(words: string, type = 'message/rfc822'): Buffer {
  return Buffer.from(
    [
      'From: "Per conto di: pec.cittadini@inpspec.gov.it" <posta-certificata@inpspec.gov.it>',
      'Subject: POSTA CERTIFICATA: la nuova casella',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=confine',
      '',
      '--confine',
      'Content-Type: text/plain',
      '',
      'Nome utente: testo@della.busta',
      '--confine',
      `Content-Type: ${type}; name=postacert.eml`,
      '',
      'From: pec.cittadini@inpspec.gov.it',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      words,
      '--confine--',
      '',
    ].join('\r\n'),
  );
}

test('the credentials are those of the message in the envelope, not of the text around it', async () => {
  const words = 'Nome utente: anna.bianchi@postacertificata.gov.it\r\nPassword di primo accesso: ABCD-efgh-23';
  expect(await credentialsIn(envelope(words))).toEqual({
    userId: 'anna.bianchi@postacertificata.gov.it',
    firstAccessPassword: 'ABCD-efgh-23',
  });
});

test('a message that names no password is no announcement', async () => {
  await expect(credentialsIn(envelope('Nome utente: anna@pec.example'))).rejects.toThrow('names no credentials');
});

test('what carries no original is no envelope', async () => {
  await expect(textOfOriginal(envelope('ciao', 'application/octet-stream'))).rejects.toThrow('no transport envelope');
});
