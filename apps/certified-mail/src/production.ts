import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CertifiedMailConfig } from './config.ts';
import { authorityFolder } from './programme/key-files.ts';

/** Keys of those who vouch for providers, which a provider does not have. */
const authorityKeys = ['authority.key', 'index-keeper.key'];

type Looked = Pick<
  CertifiedMailConfig,
  'secrets' | 'antivirus' | 'clamdPort' | 'timeSources' | 'specialAddresses' | 'lmtpCa' | 'lmtpProtectedBy'
>;

/** What production lacks by the settings of certified-mail, one line each. */
export function lackingIn(config: Looked): string[] {
  const { secrets, antivirus, clamdPort, timeSources = [], specialAddresses, lmtpCa, lmtpProtectedBy } = config;
  return [
    // @rule VIRUS-PRODUCTION
    antivirus !== 'none' &&
      clamdPort === undefined &&
      'RECAPITO_CLAMD_PORT: production takes no mail that nobody has checked for viruses, unless RECAPITO_ANTIVIRUS is none',
    timeSources.length === 0 && 'RECAPITO_TIME_SOURCES: production certifies by no clock that nobody checks',
    // DNS would lead mail to hosts behind our own firewall.
    specialAddresses === 'allow' && 'RECAPITO_SPECIAL_ADDRESSES: production sends to addresses of the Internet alone',
    // @rule INNER-TLS
    lmtpCa === undefined &&
      lmtpProtectedBy === undefined &&
      'RECAPITO_LMTP_CA_FILE: the way to the mail store has no TLS; RECAPITO_LMTP_PROTECTED_BY=mesh says that something else does it',
    // @rule REHEARSAL-SETTINGS
    ...authorityKeys
      .map((name) => join(authorityFolder, name))
      .map(
        (file) =>
          existsSync(join(secrets, file)) &&
          `RECAPITO_SECRETS: ${file} is the key of a development authority; who certifies must not hold the authority by which others believe it`,
      ),
  ].filter((line) => line !== false);
}
