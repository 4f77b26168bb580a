import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { instantField, personalDataRead } from '@recapito/contracts';
import {
  ArrivedAt,
  answer,
  CurrentCaller,
  customFault,
  keyAfter,
  pageFrom,
  pageOf,
  pageQuery,
  Permission,
  Publishes,
  Purpose,
  PurposeHeader,
  Reading,
  searchText,
  searchTextAs,
} from '@recapito/platform';
import type { Caller } from '@recapito/platform';
import { parseCertifiedAddress, parseCodiceFiscale } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { z } from 'zod';
import { readOverview } from '../application/read-overview.ts';
import { enrolmentStates } from '../domain/enrolment.ts';
import { pinStates } from '../domain/pin.ts';
import { findHolders } from '../persistence/queries/find-holders.ts';
import type { FoundHolder, HolderSearch } from '../persistence/queries/find-holders.ts';
import { IdentityParts } from './identity-parts.ts';
import { statusOf } from './problem.ts';
import { byId, personFields } from './shapes.ts';

const longestName = 200;

/** At least two letters or digits: one alone finds a tenth of everybody. */
const nameField = searchText(longestName).refine((name) => (name.match(/[\p{L}\p{N}]/gu) ?? []).length >= 2, {
  ...customFault({ it: 'occorrono almeno due lettere', en: 'at least two letters are needed' }),
});

const searchQuery = pageQuery
  .extend({
    codiceFiscale: searchTextAs(320, parseCodiceFiscale).optional().describe('Exactly, in upper or lower case.'),
    name: nameField
      .optional()
      .describe(
        'How a name begins, surname or first name first; without regard to case, accents, blanks, apostrophes, hyphens.',
      ),
    address: searchTextAs(320, parseCertifiedAddress).optional().describe('The whole address of a box.'),
  })
  .superRefine((query, context) => {
    const asked = [query.codiceFiscale, query.name, query.address].filter((each) => each !== undefined);
    const words = {
      it: 'occorre uno tra codiceFiscale, name e address',
      en: 'one of codiceFiscale, name and address is needed',
    };
    if (asked.length !== 1) context.addIssue({ ...customFault(words), path: ['name'] });
  });

const foundKey = z.object({ form: z.string(), id: z.uuid() });

const foundView = z.object({
  id: z.uuid(),
  codiceFiscale: z.string(),
  cognome: z.string(),
  nome: z.string(),
  dataNascita: z.string(),
  comuneNascita: z.string(),
  addresses: z.array(z.string()),
  enrolment: z
    .object({ id: z.uuid(), campaign: z.string(), state: z.enum(enrolmentStates), until: instantField })
    .nullable()
    .describe('The one that was opened last.'),
});

const sometime = instantField.nullable();

const overviewView = z.object({
  ...personFields,
  emailOrdinaria: z.string().nullable().describe('Masked.'),
  cellulare: z.string().nullable().describe('Masked.'),
  indirizzo: z.string().nullable().describe('Masked.'),
  boxes: z.array(z.object({ address: z.string(), service: z.string(), openedAt: sometime })),
  enrolments: z.array(
    z.object({
      id: z.uuid(),
      move: z.uuid(),
      campaign: z.string(),
      service: z.string(),
      state: z.enum(enrolmentStates),
      until: instantField,
      generation: z.int(),
      openedAt: instantField,
      givenAt: sometime,
      confirmedAt: sometime,
      voidedAt: sometime,
      switchedAt: sometime,
      passwordLost: z.boolean(),
    }),
  ),
  pins: z.array(
    z.object({
      id: z.uuid(),
      service: z.string(),
      state: z.enum(pinStates),
      issuedAt: instantField,
      changedAt: sometime,
    }),
  ),
  recognitions: z.array(z.object({ origin: z.string(), office: z.string(), operator: z.string(), date: z.string() })),
  blocks: z
    .array(
      z.object({
        keepsOut: z.enum(['everybody', 'unfamiliar', 'one-source']),
        from: instantField,
        until: instantField,
      }),
    )
    .describe('Those in force now.'),
});

/** What the help desk asks of identity: who is called so, and how one person stands. */
@ApiTags('holders')
@ApiBearerAuth()
@Controller('holders')
export class HolderSearchController {
  constructor(private readonly parts: IdentityParts) {}

  /** Searches holders by codice fiscale, by name or by the address of a box. */
  @Get()
  @Permission('search-holders')
  @Reading('always')
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: pageOf(foundView) })
  async search(@Query({ schema: searchQuery }) query: z.output<typeof searchQuery>) {
    const { client } = this.parts.access.database;
    const rows = await findHolders(client, searchOf(query), query.limit + 1);
    return pageFrom(rows, query, ({ form, id }) => ({ form, id }), shownHolder);
  }

  /** Who a holder is, with boxes, enrolments, PINs and blocks; contacts are masked. */
  @Get(':id/overview')
  @Permission('read-overview')
  @Publishes(personalDataRead)
  @PurposeHeader(true)
  @Header('cache-control', 'no-store')
  @ApiResponse({ status: 200, standardSchema: overviewView })
  async overview(
    @Param({ schema: byId }) { id }: z.output<typeof byId>,
    @Purpose() purpose: string,
    @CurrentCaller() { name: reader }: Caller,
    @ArrivedAt() at: Instant,
  ) {
    const { database } = this.parts.access;
    const command = { holder: id, reader, purpose, at };
    return answer(await database.transaction((tx) => readOverview(tx, command)), statusOf);
  }
}

function shownHolder(row: FoundHolder): z.output<typeof foundView> {
  const { form: _, addresses, ...rest } = row;
  return { ...rest, addresses: [...addresses] };
}

function searchOf(query: z.output<typeof searchQuery>): HolderSearch {
  const { codiceFiscale, address, name = '' } = query;
  if (codiceFiscale !== undefined) return { by: 'codice-fiscale', codiceFiscale };
  if (address !== undefined) return { by: 'address', address };
  return { by: 'name', name, after: keyAfter(query, foundKey) };
}
