/**
 * Whether the run was asked for the long forms of specs (`RECAPITO_LONG=yes`, as the commands of their own in
 * docs/CONTRIBUTING.md set it). `npm test` runs the small ones.
 */
export const longForm: boolean = process.env['RECAPITO_LONG'] === 'yes';

/** What a spec goes through: everything in its long form, some of it in `npm test`. */
export function inLongForm<Case>(everything: readonly Case[], inSmall: readonly Case[]): readonly Case[] {
  return longForm ? everything : inSmall;
}
