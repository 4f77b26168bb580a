import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program of this name is on the PATH, or where Debian keeps those of the administrator. */
export function onPath(program) {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder && existsSync(join(folder, program)));
}
