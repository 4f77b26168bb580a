/**
 * What the hash of a replaced part is taken over: what its body decodes to, so that the sender's own file has that hash,
 * or its body as it was transmitted (still in base64, without the line end that belongs to the boundary). The rules can be
 * read both ways (ADR 13).
 */
export const hashReadings = ['content', 'encoded'] as const;
export type HashOf = (typeof hashReadings)[number];
