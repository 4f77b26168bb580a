import { Injectable } from '@nestjs/common';
import * as contracts from '@recapito/contracts';
import type { EventDefinition, Fact, TopicName } from '@recapito/contracts';
import { decodeEnvelope, decodeFact, TailReader } from '@recapito/messaging';
import type { RawRecord, ServiceConnection } from '@recapito/messaging';
import type { OnServiceStart } from '@recapito/platform';
import type { WatchedCampaign } from '../application/watched-campaign.ts';
import type { Change, MoveState } from '../domain/campaign-figures.ts';

/** What a fact of one definition changes in the figures. */
interface FactReader {
  readonly definition: EventDefinition;
  changesIn(fact: Fact): readonly Change[];
}

const read = <Data>(
  definition: EventDefinition<Data>,
  changesIn: (fact: Fact<Data>) => readonly Change[],
): FactReader => ({ definition, changesIn });

const moved = (definition: EventDefinition<{ move: string }>, to: MoveState) =>
  read(definition, ({ data, time }) => [{ kind: 'move', move: data.move, to, at: time }]);

const ofMoves = [
  read(contracts.campaignProposed, ({ data }) => {
    const { campaign: id, programme, source, target, until } = data;
    return [{ kind: 'campaign', campaign: { id, programme, source, target, until } }];
  }),
  read(contracts.campaignLoaded, ({ data: { rows, accepted, rejected, unchanged } }) => [
    { kind: 'rows', rows: { rows, accepted, rejected, unchanged } },
  ]),
  moved(contracts.movePlanned, 'planned'),
  moved(contracts.switchAsked, 'confirmed'),
  moved(contracts.moveCompleted, 'completed'),
  moved(contracts.moveLapsed, 'lapsed'),
  moved(contracts.moveRefused, 'refused'),
];

const receipt = (definition: EventDefinition, figure?: 'messages' | 'delivered' | 'notDelivered') =>
  read(definition, () => [{ kind: 'receipt', ...(figure !== undefined && { figure }) }]);

/** Facts that stand for a receipt or a notice to a sender, or to the sender's provider. */
const ofMail = [
  receipt(contracts.messageAccepted, 'messages'),
  receipt(contracts.messageDelivered, 'delivered'),
  receipt(contracts.messageNotDelivered, 'notDelivered'),
  receipt(contracts.messageRefused),
  receipt(contracts.takenInCharge),
  receipt(contracts.timeLimitPassed),
];

type Communication = contracts.DataOf<typeof contracts.communicationAsked>;

const notice = (definition: EventDefinition<Communication>, figure: 'sent' | 'delivered' | 'failed') =>
  read(definition, ({ data, time }) => {
    const { channel, kind, move } = data;
    const changes: Change[] = channel === 'pec' ? [{ kind: 'notice', figure }] : [];
    if (figure === 'delivered' && kind === 'announcement' && move !== null)
      changes.push({ kind: 'move', move, to: 'announced', at: time });
    return changes;
  });

const ofNotices = [
  notice(contracts.communicationSubmitted, 'sent'),
  notice(contracts.communicationDelivered, 'delivered'),
  notice(contracts.communicationFailed, 'failed'),
];

const readers: Readonly<Partial<Record<TopicName, readonly FactReader[]>>> = {
  'migration.moves.v1': ofMoves,
  'certified-mail.messages.v1': ofMail,
  'notification.communications.v1': ofNotices,
};

/** What the records of a topic change; nothing for a fact that the figures do not need, or that nobody can read. */
function changesOf(record: RawRecord): readonly Change[] {
  try {
    const envelope = decodeEnvelope(record);
    const reader = readers[record.topic]?.find(({ definition }) => definition.type === envelope.type);
    return reader === undefined ? [] : reader.changesIn(decodeFact(reader.definition, envelope, record));
  } catch {
    // Whoever has to act on it has a dead letter of it.
    return [];
  }
}

/** The one reader of this process: reads the topics of a campaign from their first records and follows them. */
@Injectable()
export class CampaignFacts implements OnServiceStart {
  readonly #campaign: WatchedCampaign;
  readonly #readers: readonly TailReader[];
  readonly #taken = new Map<string, bigint>();

  constructor(connection: ServiceConnection, campaign: WatchedCampaign) {
    this.#campaign = campaign;
    this.#readers = (Object.keys(readers) as TopicName[]).map(
      (topic) =>
        new TailReader({
          ...connection,
          topic,
          records: Number.MAX_SAFE_INTEGER,
          onRecord: (record) => this.#take(record),
        }),
    );
  }

  onServiceStart(): void {
    this.#campaign.readBy(() => this.#readers.every((reader) => reader.ready));
    for (const reader of this.#readers) reader.start();
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.stop()));
  }

  /** A record may come twice. */
  #take(record: RawRecord): void {
    const place = `${record.topic}/${record.partition}`;
    const offset = BigInt(record.offset);
    if (offset <= (this.#taken.get(place) ?? -1n)) return;
    this.#taken.set(place, offset);
    this.#campaign.apply(changesOf(record));
  }
}
