import type { StoreFolder } from './store-folder.ts';

/** Where Dovecot listens. LMTP and doveadm, for services alone, speak TLS where they are given a certificate for it. */
export interface DovecotPorts {
  readonly imaps: number;
  readonly pop3s: number;
  readonly lmtp: number;
  readonly doveadm: number;
}

/** Debian 12 has Dovecot 2.3, Debian 13 has 2.4, whose configuration is another language. */
export const dovecotVersions = ['2.3', '2.4'] as const;

export type DovecotVersion = (typeof dovecotVersions)[number];

export interface DovecotSettings {
  readonly version: DovecotVersion;
  readonly store: StoreFolder;
  /** Folder of sockets and pids: its path has to be short, for a socket's path ends at 107 bytes. */
  readonly run: string;
  /** The address that mail clients reach; LMTP and doveadm stay on the loopback. */
  readonly host: string;
  readonly ports: DovecotPorts;
  /** Who the mail belongs to, and who the unprivileged processes are. */
  readonly accounts: DovecotAccounts;
  readonly certificate: string;
  readonly key: string;
  readonly doveadmKey: string;
  /** Connections at a time at each of the doors, IMAP and POP3, logged in or not; when they are all taken, the oldest of those
   * that have not logged in makes room. */
  readonly clients?: number | undefined;
  /** How mailbox and certified-mail are spoken with; in the clear when left out. */
  readonly inner?: InnerTls | undefined;
}

/** Files, PEM: what the mail store shows to mailbox and certified-mail, and who may have signed what mailbox shows to it. */
export interface InnerTls {
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
}

/** Sessions of one box from one address: a mail client has one for each folder that it watches. */
export const mostSessions = 20;

/** Every character that an address may hold. */
export const addressCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@!#$%&'*+/=?^_`{|}~-";

/** System accounts: root spreads the work over those that Debian's package made; anybody else does all of it alone. */
export interface DovecotAccounts {
  readonly privileged: boolean;
  readonly mail: { readonly user: string; readonly group: string };
  readonly internal: { readonly user: string; readonly group: string };
  readonly login: string;
}
