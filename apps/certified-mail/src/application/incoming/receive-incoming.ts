import { Injectable } from '@nestjs/common';
import { Database } from '@recapito/database';
import { ClosedDoors, SuiteClock, Unavailable } from '@recapito/platform';
import { isRefusal } from '@recapito/primitives';
import type { Instant } from '@recapito/primitives';
import { judgeIncoming } from '@recapito/rfc6109';
import type { AnomalousArrival, CertifiedArrival, HeaderText } from '@recapito/rfc6109';
import type { ArrivalKeys } from '../../persistence/arrival-keys.ts';
import { envelopeKeys, ordinaryKeys, receiptKeys, signedAnomalyKeys } from '../../persistence/arrival-keys.ts';
import { doubtAbout, isDoubted } from '../../domain/receipt-standing.ts';
import { isEnclosed, judgeAnomaly } from '../../domain/receiving.ts';
import type { IncomingRefusal } from '../../domain/receiving.ts';
import { comparableAddress } from './same-address.ts';
import { ordinaryMailAmong } from '../../persistence/ordinary-mail.store.ts';
import type { PrismaClient } from '../../persistence/generated/client.ts';
import type { Provider } from '../../programme/providers.ts';
import { Steps } from '../steps.ts';
import { MailGate } from '../../gate/mail-gate.ts';
import type { MailRules } from '../../gate/mail-gate.ts';
import { Installation } from '../../programme/installation.ts';
import { transactionAfterFiles } from '../early-file.ts';
import { ExamineMessage } from '../examine-message.ts';
import { filesOf } from '../examined.ts';
import { receiveAnomaly } from './receive-anomaly.ts';
import type { ReceiveAnomaly } from './receive-anomaly.ts';
import { receiveEnvelope } from './receive-envelope.ts';
import type { Envelope, Received } from './receive-envelope.ts';
import { idsQuotedIn } from './quoted-ids.ts';
import { addresseeOf, receiveReceipt } from './receive-receipt.ts';
import type { Receipt } from './receive-receipt.ts';

/** One transaction of the dialog between two providers. */
export interface IncomingTransaction {
  /** The provider that is to take it: its name in the index. */
  readonly towards: string;
  /** '' for the null one. */
  readonly reversePath: string;
  readonly forwardPath: readonly string[];
  readonly bytes: Buffer;
  /** True when it came over the network without TLS. */
  readonly inClear?: boolean;
  /** The `Received` field that the incoming point adds to what came over the network (RFC 5321 section 4.4). */
  readonly received?: (at: Instant) => HeaderText;
}

/** The same, once it is known which provider of ours it is for, and when it came. */
interface Dialog extends Omit<IncomingTransaction, 'towards' | 'received'> {
  /** As it is kept: below the field that the incoming point adds. */
  readonly bytes: Buffer;
  readonly inClear: boolean;
  readonly provider: Provider;
  readonly at: Instant;
}

/** What an incoming point has judged, before it lies in a file. */
type JudgedEnvelope = Omit<Envelope, 'keys' | 'examined'> & Pick<Dialog, 'bytes'>;
type JudgedReceipt = Omit<Receipt, 'keys' | 'examined'> & Pick<Dialog, 'bytes'>;

/**
 * Hands messages from one provider of this installation to another, and from others to ours: the recipient's incoming point
 * checks them as if they had come over the network, and its answer is taken as that of the end of DATA.
 */
@Injectable()
export class ReceiveIncoming {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: SuiteClock,
    private readonly installation: Installation,
    private readonly gate: MailGate,
    private readonly examine: ExamineMessage,
    private readonly steps: Steps,
    private readonly doors: ClosedDoors,
  ) {}

  /**
   * @returns what the incoming point did, or its permanent no.
   * @throws Unavailable when it asks to come again.
   */
  async receive({
    towards,
    inClear = false,
    received,
    ...mail
  }: IncomingTransaction): Promise<Received | IncomingRefusal> {
    this.doors.makeSureOpen();
    const { installation } = this;
    const provider = installation.own(towards);
    await this.gate.ensureCurrent(mail.forwardPath);
    const at = this.clock.now();
    const bytes =
      received === undefined ? mail.bytes : Buffer.concat([Buffer.from(received(at), 'latin1'), mail.bytes]);
    const dialog = { ...mail, bytes, inClear, provider, at };
    const judged = judgeIncoming(mail.bytes, mail.reversePath, installation, at);
    // Neither a yes nor a no: the peer has to retry (451). @rule REVOCATION-CURRENT
    if (isRefusal(judged) && judged.refused === 'signature/revocation-unknown')
      throw new Unavailable('revocation lists', judged.words.en);
    return await this.#answer(judged, dialog, ordinaryKeys(mail.bytes));
  }

  get #rules(): MailRules {
    return { installation: this.installation, gate: this.gate };
  }

  async #answer(
    judged: ReturnType<typeof judgeIncoming>,
    dialog: Dialog,
    keys: ArrivalKeys,
  ): Promise<Received | IncomingRefusal> {
    const received = isRefusal(judged)
      ? await this.#ordinary(judged, { ...dialog, keys, signedBy: null, addressee: null, doubted: null })
      : judged.kind === 'anomalous'
        ? await this.#enclose(judged.why, anomalyOf(judged, dialog, keys, this.installation))
        : judged.kind === 'envelope'
          ? await this.#envelope({ ...dialog, arrival: judged }, keys)
          : await this.#receipt({ ...dialog, arrival: judged }, keys);
    await this.steps.reached('received');
    return received;
  }

  /**
   * Mail that no provider has signed. With the null reverse path it is a bounce, and goes to the sender of the message that it
   * quotes, when that went to ordinary recipients; any other is about nothing of ours.
   * @rule INCOMING-BOUNCE
   */
  async #ordinary(
    why: IncomingRefusal,
    mail: Omit<ReceiveAnomaly, 'reason' | 'examined'>,
  ): Promise<Received | IncomingRefusal> {
    if (mail.reversePath !== '') return await this.#enclose(why, mail);
    const { installation } = this;
    const quoted = idsQuotedIn(mail.bytes, (id) => installation.managing(id) !== undefined);
    const bounced = await ordinaryMailAmong(this.database.client, quoted, mail.at);
    if (bounced === undefined) return why;
    return await this.#takeAnomaly(why, { ...mail, addressee: bounced.sender });
  }

  /** Why a box takes no ordinary mail; null when it does. @throws Unavailable when that cannot be said now. */
  async takesOrdinary(address: string): Promise<IncomingRefusal | null> {
    await this.gate.ensureCurrent([address]);
    return judgeAnomaly(this.gate.box(address), this.clock.now());
  }

  /** What failed a check of the incoming point is enclosed in an anomaly envelope, or refused for what it failed. */
  async #enclose(
    why: IncomingRefusal,
    anomaly: Omit<ReceiveAnomaly, 'reason' | 'examined'>,
  ): Promise<Received | IncomingRefusal> {
    const { installation } = this;
    const from = installation.index.providerOf(anomaly.reversePath)?.providerName ?? '';
    const settings = { ordinaryMail: anomaly.provider.ordinaryMail, enclose: installation.peerOf(from)?.enclose };
    return isEnclosed(anomaly, settings) ? await this.#takeAnomaly(why, anomaly) : why;
  }

  async #takeAnomaly(
    why: IncomingRefusal,
    anomaly: Omit<ReceiveAnomaly, 'reason' | 'examined'>,
  ): Promise<Received | IncomingRefusal> {
    const examined = await this.examine.incoming(anomaly);
    const command = { ...anomaly, reason: why.words.it, examined };
    return await transactionAfterFiles(this.database, filesOf([examined]), (tx) =>
      receiveAnomaly(tx, this.#rules, command),
    );
  }

  /**
   * An envelope counts for the recipients that its signed data name. For others it certifies nothing: they get what was
   * brought in an anomaly envelope, if they take one.
   * @rule INCOMING-RECIPIENTS
   */
  async #envelope(envelope: JudgedEnvelope, came: ArrivalKeys): Promise<Received | IncomingRefusal> {
    const { arrival, forwardPath } = envelope;
    const { certification } = arrival;
    const keys = envelopeKeys(arrival.provider.providerName, certification.identificativo);
    const named = new Set(certification.destinatari.map(({ indirizzo }) => comparableAddress(indirizzo)));
    const rightful = forwardPath.filter((address) => named.has(comparableAddress(address)));
    const others = forwardPath.filter((address) => !rightful.includes(address));
    const command = { ...envelope, forwardPath: rightful, keys };
    const stray = { ...anomalyOf(arrival, envelope, came, this.installation), forwardPath: others, reason: notNamed };
    const examined = await this.examine.incoming(command);
    const strayExamined = await this.examine.incoming(stray, examined);
    return await transactionAfterFiles(this.database, filesOf([examined, strayExamined]), async (tx) => {
      const received = rightful.length === 0 ? null : await receiveEnvelope(tx, this.#rules, { ...command, examined });
      const enclosed =
        others.length === 0 ? null : await receiveAnomaly(tx, this.#rules, { ...stray, examined: strayExamined });
      return {
        answer: received?.answer ?? enclosed?.answer ?? { received: 'repeated' },
        named: [...(received?.named ?? []), ...(enclosed?.named ?? [])],
      };
    });
  }

  /** A receipt that may not count certifies nothing: it goes on in an anomaly envelope, and somebody has to look. */
  async #receipt(receipt: JudgedReceipt, came: ArrivalKeys): Promise<Received | IncomingRefusal> {
    const { arrival, forwardPath, bytes } = receipt;
    const keys = receiptKeys(arrival.provider.providerName, arrival.certification, arrival.messageId);
    const examined = await this.examine.receipt({ keys, forwardPath, bytes });
    const received = await transactionAfterFiles(this.database, filesOf([examined]), (tx) =>
      receiveReceipt(tx, this.#rules, { ...receipt, keys, examined }),
    );
    if (!isRefusal(received) || !isDoubted(received)) return received;
    const { certification, provider } = arrival;
    const doubted = doubtAbout(certification, provider.providerName, received.refused);
    return await this.#enclose(received, { ...anomalyOf(arrival, receipt, came, this.installation), doubted });
  }
}

const notNamed = 'Il destinatario non è tra quelli indicati nei dati di certificazione.';

/** What a provider of the index has signed, as it is enclosed; a receipt or notice is for nobody but its addressee. */
function anomalyOf(
  arrival: AnomalousArrival | CertifiedArrival,
  { provider, reversePath, forwardPath, bytes, at }: Dialog,
  came: ArrivalKeys,
  installation: Installation,
): Omit<ReceiveAnomaly, 'reason' | 'examined'> {
  const { certification, signed, signer, fromSigner } = arrival;
  const name = arrival.provider.providerName;
  const isReceipt = certification !== null && certification.tipo !== 'posta-certificata';
  return {
    provider,
    reversePath,
    forwardPath,
    bytes,
    at,
    keys: { ...signedAnomalyKeys(name, signed), earlier: came.key },
    signedBy: { provider: name, signer, fromSigner, mittente: certification?.mittente ?? null },
    addressee: isReceipt ? addresseeOf(installation, certification) : null,
    doubted: null,
  };
}
