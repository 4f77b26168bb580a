import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { memoryDisk } from '@recapito/testing';

const root = process.getuid?.() === 0;

describe('a disk in memory', () => {
  test('is full when its megabytes are, may be read-only for a while, and is gone when it is removed; nobody but root gets one', async () => {
    if (!root) return expect(memoryDisk(1)).rejects.toThrow('mounted by root only');
    const disk = await memoryDisk(1);
    try {
      await expect(writeFile(join(disk.path, 'large'), Buffer.alloc(2 * 1024 * 1024))).rejects.toThrow('ENOSPC');
      await rm(join(disk.path, 'large'), { force: true });
      await disk.readOnly(true);
      await expect(writeFile(join(disk.path, 'small'), '')).rejects.toThrow('EROFS');
      await disk.readOnly(false);
      await writeFile(join(disk.path, 'small'), '');
    } finally {
      await disk.remove();
    }
    expect(existsSync(disk.path)).toBe(false);
  });
});
