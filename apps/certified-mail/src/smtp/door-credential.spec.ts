import { once } from 'node:events';
import { createConnection } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { parseInstant } from '@recapito/primitives';
import { issueServerCertificate, makeAuthority } from '@recapito/rfc6109';
import type { Credential } from '@recapito/rfc6109';
import { eventually } from '@recapito/testing';
import { DoorStage, open } from '../../test/door-stage.ts';
import { DoorCredentials } from './door-credential.ts';
import type { SmtpDoor } from './smtp-door.ts';

Logger.overrideLogger(false);
const validity = { from: parseInstant('2005-01-01T00:00:00Z'), until: parseInstant('2040-01-01T00:00:00Z') };
const doors = new DoorStage();
let authority: Credential;
let folder: string;
let credentials: DoorCredentials;

beforeAll(async () => {
  authority = await makeAuthority('Spec', validity);
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'recapito-credentials-'));
  await put('smtp', 'localhost');
  await put('inps.smtp', 'mx.inps.example');
  credentials = new DoorCredentials(folder, ['inps', 'enti']);
});
afterEach(async () => {
  await credentials.onModuleDestroy();
  await doors.close();
  rmSync(folder, { recursive: true });
});

/** Puts a new certificate for a host where the doors look for it. */
async function put(name: string, host: string): Promise<void> {
  const { certificate, privateKey } = await issueServerCertificate(authority, [host], validity);
  writeFileSync(join(folder, `${name}.key`), privateKey, { mode: 0o600 });
  writeFileSync(join(folder, `${name}.pem`), certificate);
}

/** Serial number and names of the certificate that a client sees who asks for a name. */
async function shown(door: SmtpDoor, servername: string, secure = true): Promise<{ names: string; serial: string }> {
  const plain = createConnection({ port: door.port, host: '127.0.0.1' });
  if (!secure)
    for (const line of ['EHLO spec.example', 'STARTTLS']) {
      await once(plain, 'data');
      plain.write(`${line}\r\n`);
    }
  if (!secure) await once(plain, 'data');
  const socket = connect({ socket: plain, servername, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subjectaltname: names = '', serialNumber: serial } = socket.getPeerCertificate();
  socket.destroy();
  return { names, serial };
}

// @rule SMTP-CERTIFICATES
describe.each([
  ['with TLS from the first byte', true],
  ['with STARTTLS', false],
])('a door %s', (_, secure) => {
  test('shows the certificate of the provider whose host a client asks for, and its own otherwise', async () => {
    const door = await doors.open(open, { credentials, secure });
    expect((await shown(door, 'mx.inps.example', secure)).names).toBe('DNS:mx.inps.example');
    expect((await shown(door, 'MX.INPS.example', secure)).names).toBe('DNS:mx.inps.example');
    expect((await shown(door, 'altrove.example', secure)).names).toBe('DNS:localhost');
  });

  test('shows new ones without a restart', async () => {
    const door = await doors.open(open, { credentials, secure });
    const [own, inps] = [await shown(door, 'localhost', secure), await shown(door, 'mx.inps.example', secure)];
    await put('smtp', 'localhost');
    await put('inps.smtp', 'mx.inps.example');
    await put('enti.smtp', 'mx.enti.example');
    expect(credentials.look()).toBe(true);
    expect(credentials.look()).toBe(false);
    expect((await shown(door, 'localhost', secure)).serial).not.toBe(own.serial);
    expect((await shown(door, 'mx.inps.example', secure)).serial).not.toBe(inps.serial);
    expect((await shown(door, 'mx.enti.example', secure)).names).toBe('DNS:mx.enti.example');
  });
});

describe('files that cannot be used', () => {
  test('leave those before in place, and health says so until they are right', async () => {
    const door = await doors.open(open, { credentials });
    const before = await shown(door, 'localhost');
    credentials.onServiceStart();
    writeFileSync(join(folder, 'smtp.key'), 'no key', { mode: 0o600 });
    await eventually(() => credentials.check().state === 'degraded');
    expect(await shown(door, 'localhost')).toEqual(before);
    await put('smtp', 'localhost');
    await eventually(() => credentials.check().state === 'ok');
    expect((await shown(door, 'localhost')).serial).not.toBe(before.serial);
  });

  test('keep a service from starting', () => {
    rmSync(join(folder, 'smtp.key'));
    expect(() => new DoorCredentials(folder, [])).toThrow('smtp.key is missing');
  });
});
