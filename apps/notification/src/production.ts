import type { NotificationConfig } from './config.ts';
import { readTexts } from './programme/texts.ts';

/**
 * What production lacks by the settings of notification, one line each.
 * @rule CHANNELS-PRODUCTION
 */
export function lackingIn({ programmes }: Pick<NotificationConfig, 'programmes'>): string[] {
  const named = [...readTexts(programmes).keys()];
  if (named.length === 0) return [];
  return [
    `RECAPITO_PROGRAMMES: the texts of ${named.join(', ')} go out by sms, email, posta and sportello, and no adapter for these ` +
      'channels is installed (apps/notification/src/channels); a programme without texts tells nobody anything',
  ];
}
