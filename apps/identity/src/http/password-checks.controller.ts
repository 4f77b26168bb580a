import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { accessTried, instantField, serviceField } from '@recapito/contracts';
import { ArrivedAt, Permission, Publishes, ClientSources } from '@recapito/platform';
import type { Sources } from '@recapito/platform';
import type { Instant } from '@recapito/primitives';
import { isRefusal } from '@recapito/primitives';
import { z } from 'zod';
import { checkPassword } from '../application/check-password.ts';
import type { CheckPasswordRefusal } from '../application/check-password.ts';
import { loginName } from '../domain/credential.ts';
import { IdentityParts } from './identity-parts.ts';
import { secretField } from './shapes.ts';

const shown = {
  /** The service of the box that is to be opened. */
  service: serviceField,
  secret: secretField,
  door: z.enum(['imap', 'pop3', 'smtp', 'submission']),
};

/** Whose secret it is: by the name that was typed (address or codice fiscale), or by the holder of the box. */
const checkBody = z.union([
  z.strictObject({ address: z.string().min(1).max(320), ...shown }),
  z.strictObject({ holder: z.uuid(), ...shown }),
]);

type CheckBody = z.output<typeof checkBody>;

const words = z.object({ it: z.string(), en: z.string() });
const checkView = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('accepted'), holder: z.uuid() }),
  z.object({ outcome: z.literal('refused'), refused: z.string(), rule: z.string(), words }),
  z.object({ outcome: z.literal('blocked'), until: instantField, rule: z.string(), words }),
  /** Nothing was judged: the client may try the same again. */
  z.object({ outcome: z.literal('temporary'), words }),
]);

type CheckView = z.output<typeof checkView>;

/** Mailbox asks here before it opens a box, certified-mail before somebody sends; the holder's block comes with the answer. */
@ApiTags('password checks')
@ApiBearerAuth()
@Controller('password-checks')
export class PasswordChecksController {
  constructor(private readonly parts: IdentityParts) {}

  /** Whether a secret opens a box at a door; a wrong one counts as at every other door. */
  @Post()
  @HttpCode(200)
  @Permission('check-password')
  @Publishes(accessTried)
  @ApiResponse({ status: 200, standardSchema: checkView })
  async check(
    @Body({ schema: checkBody }) body: CheckBody,
    @ArrivedAt() at: Instant,
    @ClientSources() sources: Sources,
  ): Promise<CheckView> {
    const { service, secret, door } = body;
    const command = { key: keyOf(body), service, secret, door, sources, at };
    const result = await checkPassword(this.parts.access, command);
    return isRefusal(result) ? refusedView(result) : { outcome: 'accepted', holder: result.holder };
  }
}

function keyOf(body: CheckBody) {
  return 'address' in body
    ? loginName(body.address)
    : { kind: 'holder' as const, holder: body.holder, service: body.service };
}

function refusedView({ refused, rule, words: said, details }: CheckPasswordRefusal): CheckView {
  switch (refused) {
    case 'access/busy':
      return { outcome: 'temporary', words: said };
    case 'access/blocked':
      return { outcome: 'blocked', until: instantField.parse(details?.['until']), rule, words: said };
    case 'access/denied':
    case 'access/secret-lost':
    case 'pin/lost':
    case 'pin/first-change-due':
    case 'pin/half-given':
    case 'pin/no-such-half':
    case 'enrolment/not-confirmed':
      return { outcome: 'refused', refused, rule, words: said };
  }
}
