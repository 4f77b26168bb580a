/** Whether an error says that the disk has no room, or that the share of it that this account has is used up. */
export function isFull(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))
  );
}
