import { Body, Controller, Get, Header, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Act, answer, InHand, Permission, RecordsNothing, SystemClock, TwoPersons } from '@recapito/platform';
import type { ActInHand } from '@recapito/platform';
import { formatInstant, instant } from '@recapito/primitives';
import { certificateHash } from '@recapito/rfc6109';
import type { ProviderEntry } from '@recapito/rfc6109';
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { AuthorityState } from '../lists/authorities.ts';
import type { AnyList } from '../lists/followed-list.ts';
import { OwnEntries } from '../lists/own-entries.ts';
import { Installation } from '../programme/installation.ts';
import { statusOfList } from './problem.ts';
import { RefreshList } from './refresh-list.ts';

const instantText = z.iso.datetime();

/** How fresh a list is; all instants are of the system clock. */
export const listState = z.object({
  /** The file or URL that is looked at. */
  source: z.string(),
  from: z.enum(['source', 'kept copy']),
  readAt: instantText,
  lookedAt: instantText,
  stale: z.boolean(),
  /** Why the last look led to nothing: code and words; null when it went well. */
  failure: z
    .object({ at: instantText, refused: z.string(), words: z.object({ it: z.string(), en: z.string() }) })
    .nullable(),
});

const certificate = z.object({
  /** SHA-1 of the DER, hex. */
  hash: z.string(),
  validFrom: instantText,
  validUntil: instantText,
  /** Whether a provider of ours signs with it now. */
  signs: z.boolean(),
});

const provider = z.object({
  providerName: z.string(),
  providerUnit: z.string().nullable(),
  mailReceipt: z.string(),
  /** How many domains it manages. */
  domains: z.int(),
  certificates: z.array(certificate),
});

const authority = z.object({
  name: z.string(),
  /** Where its revocation list is published; `none` when it publishes none, null when that is not known. */
  address: z.string().nullable(),
  /** Null when there is no list. */
  list: z.object({ thisUpdate: instantText, nextUpdate: instantText }).nullable(),
  /** Why the list could not be fetched at the last try. */
  failure: z.string().nullable(),
});

const index = listState.extend({
  signedAt: instantText.nullable(),
  authorities: z.array(authority),
  providers: z.array(provider),
});

export const refresh = z.strictObject({
  /** What is gone from the list was looked at and is rightly gone. */
  acceptLoss: z.boolean().default(false),
});

/** The providers' index in force, for operators. */
@ApiTags('provider-index')
@ApiBearerAuth()
@Controller('provider-index')
export class ProviderIndexController {
  readonly #clock = new SystemClock();

  constructor(
    private readonly installation: Installation,
    private readonly own: OwnEntries,
    private readonly refreshes: RefreshList,
  ) {}

  /** The index of providers as it is believed now, and how old it is. */
  @Get()
  @Permission('read-lists')
  @RecordsNothing('the index of providers is public')
  @ApiResponse({ status: 200, standardSchema: index })
  show(): z.output<typeof index> {
    const { providerIndex } = this.installation.lists;
    const { index: entries, signedAt, signers } = providerIndex.current;
    const signing = new Set([...signers.values()].map((signer) => certificateHash(signer.certificate.raw)));
    return index.parse({
      ...stateOf(providerIndex, this.#clock),
      signedAt: signedAt === null ? null : formatInstant(signedAt),
      authorities: this.installation.lists.authorities.states.map(shownAuthority),
      providers: entries.entries.map((entry) => shown(entry, signing)),
    });
  }

  /** Looks at the source now, and at our keys and the revocation list with it. Two persons accept a loss. */
  @Post('refreshes')
  @Permission('refresh-lists')
  @Act()
  @TwoPersons()
  @ApiResponse({ status: 200, standardSchema: index })
  async refresh(@Body({ schema: refresh }) { acceptLoss }: z.output<typeof refresh>, @InHand() hand: ActInHand) {
    const asked = await this.refreshes.refresh(this.installation.lists.providerIndex, acceptLoss ? hand : null);
    return answer(asked, statusOfList) ?? this.show();
  }

  /** A provider of ours, by the name of its file in the programme: its entries, signed by itself, for its LDIFLocationURL. */
  @Get('own/:provider')
  @Header('content-type', 'application/pkcs7-mime; smime-type=signed-data; name="igpec.ldif.p7m"')
  @Permission('read-lists')
  @RecordsNothing('what our providers publish of themselves')
  @ApiResponse({
    status: 200,
    description: 'CMS SignedData in DER, with the LDIF inside',
    content: { 'application/pkcs7-mime': {} },
  })
  async ownEntries(@Param('provider') name: string): Promise<Buffer> {
    return answer(await this.own.fileOf(name, this.#clock.now()), statusOfList);
  }
}

/** The state of a list as its controllers show it. */
export function stateOf(list: AnyList, clock: SystemClock): z.output<typeof listState> {
  const { from, readAt, lookedAt, failure } = list.state;
  return {
    source: list.source,
    from,
    readAt: formatInstant(readAt),
    lookedAt: formatInstant(lookedAt),
    stale: list.isStale(clock.now()),
    failure: failure && {
      at: formatInstant(failure.at),
      refused: failure.refusal.refused,
      words: failure.refusal.words,
    },
  };
}

function shownAuthority({ name, address, list, failure }: AuthorityState): z.output<typeof authority> {
  const said = list && { thisUpdate: formatInstant(list.thisUpdate), nextUpdate: formatInstant(list.nextUpdate) };
  return { name, address, list: said, failure };
}

function shown(entry: ProviderEntry, signing: ReadonlySet<string>): z.output<typeof provider> {
  const { providerName, providerUnit = null, mailReceipt, managedDomains, providerCertificate } = entry;
  const certificates = providerCertificate.map((encoded) => {
    const { raw, validFromDate, validToDate } = new X509Certificate(Buffer.from(encoded, 'base64'));
    const hash = certificateHash(raw);
    const [validFrom, validUntil] = [validFromDate, validToDate].map((date) => formatInstant(instant(date.getTime())));
    return { hash, validFrom: validFrom ?? '', validUntil: validUntil ?? '', signs: signing.has(hash) };
  });
  return { providerName, providerUnit, mailReceipt, domains: managedDomains.length, certificates };
}
