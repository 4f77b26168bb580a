import { Injectable } from '@nestjs/common';
import { Database, SuiteClock } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Refusal } from '@recapito/primitives';
import { judgeIncoming } from '@recapito/rfc6109';
import { scanIncoming } from '../scan-message.ts';
import { MailParts } from '../mail-parts.ts';
import { identityOfUncertified, receiveAnomaly } from './receive-anomaly.ts';
import type { ReceiveAnomaly } from './receive-anomaly.ts';
import { receiveMessage } from './receive-message.ts';
import type { Received } from './receive-message.ts';
import type { Scan } from '../scan.ts';
import { isEnclosed } from '../../domain/receiving.ts';
import type { PrismaClient } from '../../persistence/generated/client.ts';

/** One transaction of the dialog between two providers. */
export interface IncomingTransaction {
  /** The provider that is to take it: its name in the index. */
  readonly towards: string;
  readonly reversePath: string;
  readonly forwardPath: readonly string[];
  readonly bytes: Buffer;
  /** True when it came over the network without TLS. */
  readonly inClear?: boolean;
}

/**
 * Hands messages from one provider of this installation to another: the recipient's incoming point checks them as if
 * they had come over the network, and its answer is taken as that of the end of DATA.
 */
@Injectable()
export class ReceiveIncoming {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly parts: MailParts,
  ) {}

  /**
   * @returns what the incoming point did, or its permanent no.
   * @throws Unavailable when it asks to come again.
   */
  async receive({ towards, inClear = false, ...incoming }: IncomingTransaction): Promise<Received | Refusal> {
    const { reversePath, forwardPath, bytes } = incoming;
    const { installation } = this.parts;
    const provider = installation.own(towards);
    await this.parts.gate.makeSure(forwardPath);
    const at = this.clock.now();
    const arrival = judgeIncoming(bytes, reversePath, installation, at);
    if (isRefusal(arrival)) return await this.#uncertified(arrival, { provider, reversePath, forwardPath, bytes, at });
    const brought = { signedBy: arrival.provider.providerName, messageId: arrival.messageId, forwardPath, bytes };
    const scan = arrival.kind === 'envelope' ? await this.#look(brought) : { virus: null };
    const command = { provider, arrival, reversePath, forwardPath, bytes, inClear, scan, at };
    return await this.database.transaction((tx) => receiveMessage(tx, this.parts, command));
  }

  /** What failed a check of the incoming point is enclosed in an anomaly envelope, or refused for what it failed. */
  async #uncertified(why: Refusal, uncertified: Omit<ReceiveAnomaly, 'reason' | 'scan'>): Promise<Received | Refusal> {
    const { provider, bytes, forwardPath } = uncertified;
    if (!isEnclosed(why, provider.ordinaryMail)) return why;
    const scan = await this.#look({ ...identityOfUncertified(bytes), forwardPath, bytes });
    const command = { ...uncertified, reason: why.words.it, scan };
    return await this.database.transaction((tx) => receiveAnomaly(tx, this.parts, command));
  }

  async #look(brought: Parameters<typeof scanIncoming>[2]): Promise<Scan> {
    return await scanIncoming(this.database.client, this.parts, brought);
  }
}
