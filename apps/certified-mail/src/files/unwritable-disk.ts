/** No room, the account's share is used up, mounted read-only, the device fails. */
const notNow = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'];

/** Whether an error says that the disk cannot be written to for now: the same may be tried again later. */
export function isUnwritable(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && notNow.includes(String(error.code));
}
