/** Where a box stands in its life, wherever that is told or decided. */
export const mailboxStates = [
  'requested',
  'reserved',
  'active',
  'suspended',
  'receive-only',
  'read-only',
  'expired',
  'closed',
  'withdrawn',
  'deleted',
] as const;
