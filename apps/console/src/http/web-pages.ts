import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';

/** The one page of the application, read once: what it shows at which path is decided in the browser. */
@Injectable()
export class WebPages {
  readonly html: string;

  /** @param folder where the build has left the application. @throws Error when it is not there */
  constructor(folder: string) {
    this.html = readFileSync(join(folder, 'index.html'), 'utf8');
  }
}
