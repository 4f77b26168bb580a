import { Refused } from '../command-line/index.ts';

/** The words for a fault of a disk or a folder; the fault itself when it is another one. */
export function inPlainWords(error: unknown, folder: string): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Refused(`there is no room left in ${folder}`, { cause: error });
    case 'EROFS':
      return new Refused(`${folder} lies on a disk that cannot be written to`, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new Refused(`this account may not work in ${folder}: ${String(error)}`, { cause: error });
    default:
      return error;
  }
}
