import { X509Certificate } from 'node:crypto';
import { instant } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import type { Finding } from '@recapito/platform';
import { readRevocationList, revocationListAddresses, trustIn } from '@recapito/rfc6109';
import type { RevocationList, Trust } from '@recapito/rfc6109';
import { readAuthorityFiles } from '../programme/authority-files.ts';
import type { AuthorityFiles } from '../programme/authority-files.ts';
import type { KeptCopies } from './kept-copies.ts';
import { bytesFrom } from './list-source.ts';

/** A longer revocation list is not read. */
const longestList = 16 * 1024 * 1024;

/** An authority with its revocation list, as they are in force. */
export interface AuthorityState {
  readonly name: string;
  readonly certificate: string;
  /** Where its list is published; `none` when it publishes none, null when that is not known. */
  readonly address: string | null;
  /** Null when there is no list. */
  readonly list: (Pick<RevocationList, 'thisUpdate' | 'nextUpdate'> & { readonly der: Buffer }) | null;
  readonly lateMs: number;
  /** Why the list could not be fetched at the last try; null when it could, or nothing was to be fetched. */
  readonly failure: string | null;
}

export interface AuthoritiesFrom {
  /** The folder of certificates and keys among the secrets. */
  readonly folder: string;
  readonly kept: KeptCopies;
}

/**
 * The authorities whose certificates are believed, with their revocation lists. A list is fetched from the address that the
 * authority's file or the certificates below it name, and kept; of the one fetched, the one kept and the one beside the
 * certificate the newest counts.
 * @rule REVOCATION-CURRENT
 */
export class Authorities {
  readonly #from: AuthoritiesFrom;
  #states: readonly AuthorityState[] = [];
  #trust: Trust | undefined;
  #lookedAt: Instant = instant(0);

  constructor(from: AuthoritiesFrom) {
    this.#from = from;
  }

  /** What certificates are worth. @throws Error before the first reading */
  get trust(): Trust {
    if (this.#trust === undefined) throw new Error('the authorities have not been read');
    return this.#trust;
  }

  get states(): readonly AuthorityState[] {
    return this.#states;
  }

  /** When the files were last read, system time. */
  get lookedAt(): Instant {
    return this.#lookedAt;
  }

  /**
   * Reads files and lists anew. All of it comes into force, or nothing.
   * @param issued certificates that may name the address of a list
   * @throws Error when a file is wrong, or a certificate is not that of an authority
   */
  async refresh(at: Instant, issued: readonly X509Certificate[]): Promise<void> {
    this.#lookedAt = at;
    const files = readAuthorityFiles(this.#from.folder);
    const certificates = [...issued, ...files.map(({ certificate }) => new X509Certificate(certificate))];
    const states = await Promise.all(files.map((each) => this.#stateOf(each, certificates, at)));
    this.#trust = await trustIn(
      states.map(({ certificate, list, address, lateMs }) => {
        return { certificate, crl: address === 'none' ? 'none' : (list?.der ?? null), lateMs };
      }),
    );
    this.#states = states;
  }

  async #stateOf(files: AuthorityFiles, issued: readonly X509Certificate[], at: Instant): Promise<AuthorityState> {
    const { name, certificate, beside, lateMs } = files;
    const known = this.#states.find((state) => state.name === name && state.address !== 'none')?.address ?? null;
    const address = files.crl ?? addressAmong(new X509Certificate(certificate), issued) ?? known;
    const kept = await this.#keptList(name, certificate);
    const fetched = address === null || address === 'none' ? null : await this.#fetch(address, files, kept, at);
    const candidates = [fetched?.list ?? null, beside && (await listIn(beside, certificate)), kept];
    const lists = candidates.filter((list) => list !== null);
    const newest = lists.toSorted((one, other) => other.thisUpdate - one.thisUpdate)[0] ?? null;
    return { name, certificate, address, list: newest, lateMs, failure: fetched?.failure ?? null };
  }

  /** One that was kept for an earlier authority of this name is as good as none. */
  async #keptList(name: string, certificate: string): Promise<AuthorityState['list']> {
    const kept = await this.#from.kept.newest(`crl-${name}`);
    return kept && (await listIn(kept.bytes, certificate).catch(() => null));
  }

  /** Fetches a list, and keeps it unless a newer one is kept; one that the authority has not signed is as good as none. */
  async #fetch(
    from: string,
    { name, certificate }: AuthorityFiles,
    kept: AuthorityState['list'],
    at: Instant,
  ): Promise<Pick<AuthorityState, 'list' | 'failure'>> {
    try {
      const der = await bytesFrom({ from, longest: longestList });
      const list = await listIn(der, certificate);
      if (kept === null || list.thisUpdate >= kept.thisUpdate)
        await this.#from.kept.save(`crl-${name}`, { bytes: der, readAt: at });
      return { list, failure: null };
    } catch (error) {
      return { list: null, failure: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Whether a list is to be fetched sooner than usual: it is not there, is late, or could not be fetched. */
  isOverdue(now: Instant): boolean {
    return this.#states.some((state) => state.failure !== null || isStale(state, now));
  }

  /** For the check of health: degraded as soon as one list is late or not there. */
  check(now: Instant): Finding {
    const stale = this.#states.filter((state) => isStale(state, now));
    const failing = this.#states.filter(({ failure }) => failure !== null);
    return {
      state: stale.length > 0 ? 'degraded' : 'ok',
      authorities: this.#states.length,
      ...(stale.length > 0 && { late: namesOf(stale) }),
      ...(failing.length > 0 && { notFetched: namesOf(failing) }),
    };
  }
}

/** Milliseconds since the next list of an authority was due; 0 while the one at hand is in time, infinite without one. */
export function lateBy({ address, list }: AuthorityState, now: Instant): number {
  if (address === 'none') return 0;
  return list === null ? Number.POSITIVE_INFINITY : Math.max(0, now - list.nextUpdate);
}

async function listIn(der: Buffer, certificate: string): Promise<NonNullable<AuthorityState['list']>> {
  const { thisUpdate, nextUpdate } = await readRevocationList(der, certificate);
  return { thisUpdate, nextUpdate, der };
}

function isStale(state: AuthorityState, now: Instant): boolean {
  return lateBy(state, now) > 0;
}

function namesOf(states: readonly AuthorityState[]): string {
  return states.map(({ name }) => name).join(', ');
}

/** The address that certificates of an authority name for its list; null when none does. */
function addressAmong(authority: X509Certificate, issued: readonly X509Certificate[]): string | null {
  const own = issued.filter((each) => !each.raw.equals(authority.raw) && each.checkIssued(authority));
  return own.flatMap((each) => revocationListAddresses(each))[0] ?? null;
}
