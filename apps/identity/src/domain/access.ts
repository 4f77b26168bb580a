import { after, refuse } from '@recapito/primitives';
import type { Instant, Refusal } from '@recapito/primitives';

/** How often a name may be tried wrong, and what follows: data of the installation. */
export interface LockPolicy {
  /** So many distinct failures within `blockMs` make one source wait for the account; wider sources have more. */
  readonly attempts: number;
  /** So many of all unfamiliar sources together make all of them wait. */
  readonly unfamiliarAttempts: number;
  /** For so long, by the suite clock: a day. */
  readonly blockMs: number;
  /** How long a source stays familiar without a success. */
  readonly familiarMs: number;
}

/** From where somebody tries: the narrowest source first, which stands for the client, then those that contain it. */
export type TrySources = readonly [string, ...string[]];

/** A wrong secret of the last day. */
export interface Guess {
  /** Keyed hash of account, credential version and secret; the key is outside the database. */
  readonly mac: string;
  readonly at: Instant;
  /** For which sources it counts; of a familiar one only itself. */
  readonly sources: readonly string[];
  readonly familiar: boolean;
}

/** In the place of a source: every source, familiar or not. */
export const everySource = '*';

/** Half-open, by the suite clock. `source` null: all unfamiliar sources; `everySource`: all. */
export interface Block {
  readonly source: string | null;
  readonly from: Instant;
  readonly until: Instant;
}

/** The stored attempts on one account, over all doors and credentials. */
export interface AccessAccount {
  readonly guesses: readonly Guess[];
  readonly blocks: readonly Block[];
  /** From where a right secret came before, and when last. */
  readonly familiar: readonly { readonly source: string; readonly at: Instant }[];
}

export const freshAccount: AccessAccount = { guesses: [], blocks: [], familiar: [] };

/** More sources than these are familiar to nobody. */
const mostFamiliar = 16;

/**
 * Until when a source has to wait for the account; null when it need not. A familiar source waits for its own failures
 * alone: whoever attacks from elsewhere keeps no holder from where they always got in.
 * @rule ACCESS-LOCK ACCESS-FAMILIAR
 */
export function blockedUntil(account: AccessAccount, sources: TrySources, at: Instant): Instant | null {
  const familiar = isFamiliar(account, sources);
  const own: readonly (string | null)[] = familiar ? [everySource, sources[0]] : [everySource, null, ...sources];
  const ends = account.blocks.filter(({ source, until }) => own.includes(source) && at < until);
  return ends.reduce<Instant | null>((last, { until }) => (last === null || until > last ? until : last), null);
}

/** The right secret came from this source. Failures of the day stay: a success in between makes guessing no cheaper. */
export function succeeded(account: AccessAccount, [source]: TrySources, at: Instant): AccessAccount {
  const others = account.familiar.filter((each) => each.source !== source);
  return { ...account, familiar: [...others, { source, at }].slice(-mostFamiliar) };
}

/** A wrong secret of a source that need not wait. */
export interface Failure {
  readonly sources: TrySources;
  readonly mac: string;
  readonly at: Instant;
}

/**
 * Counts a wrong secret, unless it is one of the last day's again. The failure that reaches a limit blocks from that
 * instant: five of one source (of wider ones twice and four times as many), twenty of all unfamiliar ones together.
 * @rule ACCESS-LOCK ACCESS-REPETITION
 */
export function failed(
  account: AccessAccount,
  { sources, mac, at }: Failure,
  policy: LockPolicy,
): { readonly next: AccessAccount; readonly blocked: Block | null } {
  if (account.guesses.some((guess) => guess.mac === mac)) return { next: account, blocked: null };
  const familiar = isFamiliar(account, sources);
  const counted = familiar ? [sources[0]] : sources;
  const guesses = [...account.guesses, { mac, at, sources: counted, familiar }];
  const full = counted.filter((source, place) => {
    const ofSource = guesses.filter((guess) => guess.sources.includes(source)).length;
    return ofSource >= policy.attempts * 2 ** place;
  });
  const strangers = guesses.filter((guess) => !guess.familiar).length;
  const shut = [...(!familiar && strangers >= policy.unfamiliarAttempts ? [null] : []), ...full];
  const blocks = shut.map((source) => ({ source, from: at, until: after(at, policy.blockMs) }));
  return { next: { ...account, guesses, blocks: [...account.blocks, ...blocks] }, blocked: blocks[0] ?? null };
}

/** The account without what is over: guesses after a day, blocks at their end, sources that nobody came from for long. */
export function withoutThePast(account: AccessAccount, policy: LockPolicy, at: Instant): AccessAccount {
  return {
    blocks: account.blocks.filter(({ until }) => at < until),
    guesses: account.guesses.filter((guess) => at < after(guess.at, policy.blockMs)),
    familiar: account.familiar.filter((source) => at < after(source.at, policy.familiarMs)),
  };
}

function isFamiliar({ familiar }: AccessAccount, [source]: TrySources): boolean {
  return familiar.some((each) => each.source === source);
}

/** Whether anybody has to wait for the account. */
export function isBlocked({ blocks }: AccessAccount, at: Instant): boolean {
  return blocks.some(({ until }) => at < until);
}

/**
 * The account with a block that was published and forgotten. Its fact does not name the source, so a block of one source
 * keeps everybody out.
 * @rule ACCESS-BLOCK-KEPT
 */
export function shutAgain(
  account: AccessAccount,
  { whom, from, until }: { readonly whom?: 'one-source' | 'unfamiliar-sources' | undefined } & Omit<Block, 'source'>,
): AccessAccount {
  const source = whom === 'unfamiliar-sources' ? null : everySource;
  return { ...account, blocks: [...account.blocks, { source, from, until }] };
}

/**
 * Nothing is held against the account any more, by the act of the help desk.
 * @rule ACCESS-LIFT
 */
export function lifted(account: AccessAccount): AccessAccount {
  return { ...account, guesses: [], blocks: [] };
}

export type AccessRefusal = Refusal<'access/denied' | 'access/blocked' | 'access/busy' | 'access/secret-lost'>;

/**
 * The one answer to every failed log-in, whatever was wrong and whether or not the name exists.
 * @rule ACCESS-SAME-WORDS
 */
export function denied(): AccessRefusal {
  return refuse('access/denied', 'ACCESS-SAME-WORDS', {
    it: 'Nome utente, password o PIN non validi.',
    en: 'User id, password or PIN not valid.',
  });
}

/** Too many wrong attempts; said of unknown names alike, which have an account of attempts too. */
export function blocked(until: Instant): AccessRefusal {
  return refuse(
    'access/blocked',
    'ACCESS-LOCK',
    {
      it: 'Troppi tentativi errati: da questa connessione l’accesso è bloccato per 24 ore. L’assistenza può sbloccarlo prima.',
      en: 'Too many wrong attempts: from this connection access is blocked for 24 hours. The help desk can lift the block earlier.',
    },
    { until },
  );
}

/** More log-ins at once than can be checked: nothing was judged, the same attempt may be made again. */
export function busy(): AccessRefusal {
  return refuse('access/busy', 'HASHING-BOUNDED', {
    it: 'Troppi accessi contemporanei: riprovare tra qualche secondo.',
    en: 'Too many log-ins at the same moment: try again in a few seconds.',
  });
}

/**
 * The secret that the holder chose is lost, because the database was put back to before: nothing that they type can be
 * compared with it. Said of nobody else, and only until an operator has issued a new first secret.
 * @rule ACCESS-SECRET-LOST
 */
export function secretLost(): AccessRefusal {
  return refuse('access/secret-lost', 'ACCESS-SECRET-LOST', {
    it: 'La password o il PIN scelti sono andati persi per un guasto del gestore: rivolgersi all’assistenza per averne di nuovi.',
    en: 'The password or PIN that was chosen is lost by a fault of the provider: ask the help desk for a new one.',
  });
}
