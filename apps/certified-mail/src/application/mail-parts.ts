import { Injectable } from '@nestjs/common';
import { Antivirus } from '../antivirus/antivirus.ts';
import { MailGate } from '../gate/mail-gate.ts';
import { Installation } from '../programme/installation.ts';
import { Quarantine } from '../quarantine/quarantine.ts';
import { Spool } from '../spool/spool.ts';

/** What the use cases of certified mail stand on beside their transaction. */
@Injectable()
export class MailParts {
  constructor(
    readonly installation: Installation,
    readonly gate: MailGate,
    readonly spool: Spool,
    readonly antivirus: Antivirus,
    readonly quarantine: Quarantine,
  ) {}
}
