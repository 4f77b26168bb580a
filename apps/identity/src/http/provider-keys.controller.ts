import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { KeyRing, Public } from '@recapito/platform';
import { providerPath } from '../provider/open-id-provider.ts';

/**
 * The public halves by which the provider's tokens are verified (RFC 7517): the one that signs now, and those retired so
 * lately that what they signed may not be over.
 * @rule AUTH-KEY-RETIRED
 */
@ApiExcludeController()
@Controller(`${providerPath.slice(1)}/jwks`)
export class ProviderKeysController {
  constructor(private readonly keys: KeyRing) {}

  @Get()
  @Public()
  @Header('cache-control', 'public, max-age=300')
  @Header('access-control-allow-origin', '*')
  list() {
    const halves = this.keys.believed('identity', 'provider');
    return {
      keys: halves.map(({ kid, key }) => ({ ...key.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' })),
    };
  }
}
