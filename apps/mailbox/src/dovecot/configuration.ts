import { configurationForDovecot23 } from './configuration-2.3.ts';
import { configurationForDovecot24 } from './configuration-2.4.ts';
import type { DovecotSettings, DovecotVersion } from './dovecot-settings.ts';
import type { StoreFolder } from './store-folder.ts';

const languages = { '2.3': configurationForDovecot23, '2.4': configurationForDovecot24 } as const;

/**
 * The whole configuration of a private Dovecot: IMAPS, POP3S, LMTP, log-ins decided by the suite.
 * Nothing of it refers to a box: what a box may do comes with each log-in and from the files of rights.
 * @rule MAIL-STORE-LIMITS
 */
export function dovecotConfiguration(settings: DovecotSettings): string {
  return languages[settings.version](settings);
}

/** What the Lua script has to know of this installation. */
export interface GateScriptSettings {
  readonly version: DovecotVersion;
  /** Where it asks, as http://127.0.0.1:4002/gate/log-ins. */
  readonly gate: string;
  readonly token: string;
  readonly store: StoreFolder;
}

/** The head of the Lua script. */
export function gateSettings({ version, gate, token, store }: GateScriptSettings): string {
  const texts = { version, gate, token, homes: store.homes };
  const lines = Object.entries(texts).map(([name, text]) => `  ${name} = ${JSON.stringify(text)},`);
  return `local settings = {\n${lines.join('\n')}\n}\n`;
}

/**
 * A delivery that is made again finds that it is in the box already. It is known by the detail of its address in the dialog,
 * which only certified-mail chooses, never by a field of the message, which anybody may write.
 * @rule STORE-ONCE
 */
export const deliverOnce = `require ["envelope", "subaddress", "variables", "duplicate"];
if envelope :detail :matches "to" "?*" {
  if duplicate :uniqueid "\${0}" {
    discard;
    stop;
  }
}
`;
