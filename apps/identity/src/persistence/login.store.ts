import { Prisma } from './generated/client.ts';
import { holderRegistered } from '@recapito/contracts';
import { instant } from '@recapito/primitives';
import { bodyBoxes } from '../domain/credential.ts';
import type { LoginName, LoginStanding } from '../domain/credential.ts';
import type { EnrolmentState } from '../domain/enrolment.ts';
import type { PinState } from '../domain/pin.ts';
import type { Tx } from './tx.ts';

/** By what somebody is to be found: what they typed, or the holder and service that a mailbox knows. */
export type LoginKey = LoginName | { readonly kind: 'holder'; readonly holder: string; readonly service: string };

/** A name with which somebody signs in, and all that judging the secret needs. */
export interface Login {
  /** Null when nobody has this name. */
  readonly holder: string | null;
  readonly service: string | null;
  readonly standing: LoginStanding;
  /** A published fact about the holder is forgotten and not rebuilt yet: what is known of them may be too old. */
  readonly forgotten: boolean;
  /** Holders who were registered before the database was put back are still to be registered again. */
  readonly holdersAwaited: boolean;
}

const holdersTopic = holderRegistered.topic;

interface LoginRow {
  readonly holder: string | null;
  readonly service: string | null;
  readonly pin: string | null;
  readonly pin_state: PinState | null;
  readonly pin_hash: string | null;
  readonly pin_key: string | null;
  readonly password_hash: string | null;
  readonly enrolment: string | null;
  readonly state: EnrolmentState | null;
  readonly until: Date | null;
  readonly generation: number | null;
  readonly enrolment_key: string | null;
  readonly given_at: Date | null;
  readonly password_lost: boolean | null;
  readonly forgotten: boolean;
  readonly holders_awaited: boolean;
}

/** Finds a log-in in one round trip, the same for names that nobody has. */
export async function findLogin(tx: Tx, key: LoginKey): Promise<Login> {
  const [row] = await tx.$queryRaw<LoginRow[]>`
    SELECT coalesce(h.id, b.id)::text AS holder, who.service,
           p.id::text AS pin, p.state AS pin_state, p.hash AS pin_hash, p.key_id AS pin_key, coalesce(w.hash, b.hash) AS password_hash,
           e.id::text AS enrolment, e.state, e.until, e.generation, e.given_at, e.key_id AS enrolment_key,
           e.password_lost_at IS NOT NULL AS password_lost,
           EXISTS (SELECT FROM forgotten_fact WHERE topic = ${holdersTopic} AND key = h.id::text AND closed_at IS NULL)
             AS forgotten,
           EXISTS (SELECT FROM forgotten_fact WHERE topic = ${holdersTopic} AND type = ${holderRegistered.type}
                                                AND closed_at IS NULL) AS holders_awaited
    FROM (SELECT) AS asked
    LEFT JOIN LATERAL (${whoHas(key)}) AS who ON true
    LEFT JOIN holder h ON h.id = who.holder_id
    LEFT JOIN body_account b ON b.id = who.holder_id AND who.service = ${bodyBoxes}
    LEFT JOIN pin p ON p.holder_id = h.id AND p.service = who.service
    LEFT JOIN password w ON w.holder_id = h.id AND w.service = who.service
    LEFT JOIN LATERAL (
      SELECT * FROM enrolment WHERE holder_id = h.id AND service = who.service ORDER BY opened_at DESC, id LIMIT 1
    ) AS e ON true`;
  if (row === undefined) throw new Error('a look-up of a name gave no row');
  const { holder, service, forgotten, holders_awaited: holdersAwaited } = row;
  return { holder, service, standing: standingOf(row), forgotten, holdersAwaited };
}

/** Whether an id is that of a holder or of a public body's box: somebody who signs in. */
export async function hasAccount(tx: Tx, id: string): Promise<boolean> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM holder WHERE id = ${id}::uuid UNION ALL SELECT id::text FROM body_account WHERE id = ${id}::uuid`;
  return rows.length > 0;
}

function whoHas(key: LoginKey): Prisma.Sql {
  switch (key.kind) {
    case 'address':
      return Prisma.sql`
        SELECT holder_id, service FROM login_address WHERE address = ${key.address}
        UNION ALL SELECT id, ${bodyBoxes}::text FROM body_account WHERE address = ${key.address} LIMIT 1`;
    case 'codice-fiscale':
      return Prisma.sql`
        SELECT pin.holder_id, pin.service FROM holder JOIN pin ON pin.holder_id = holder.id
        WHERE holder.codice_fiscale = ${key.codiceFiscale} LIMIT 1`;
    case 'holder':
      return Prisma.sql`SELECT ${key.holder}::uuid AS holder_id, ${key.service}::text AS service`;
  }
}

function standingOf(row: LoginRow): LoginStanding {
  const { enrolment, state, until, generation, given_at: givenAt } = row;
  return {
    pin:
      row.pin === null || row.pin_state === null
        ? null
        : { id: row.pin, state: row.pin_state, hash: row.pin_hash, keyId: row.pin_key },
    passwordHash: row.password_hash,
    enrolment:
      enrolment === null || state === null || until === null || generation === null
        ? null
        : {
            id: enrolment,
            state,
            until: instant(until.getTime()),
            generation,
            keyId: row.enrolment_key,
            givenAt: givenAt === null ? null : instant(givenAt.getTime()),
            passwordLost: row.password_lost === true,
          },
  };
}
