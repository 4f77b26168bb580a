import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** What there is of a name. */
export interface Records {
  /** Preference and host; the host `.` is the null MX. */
  readonly mx?: readonly (readonly [number, string])[];
  readonly a?: readonly string[];
}

/** `servfail`: the server cannot say. `silent`: it says nothing at all. */
export type Known = Records | 'servfail' | 'silent';

const types = { a: 1, mx: 15 } as const;
const [noError, servFail, nxDomain] = [0, 2, 3];

/** A name server (RFC 1035) as others run them, at a port of its own on this machine; what it knows may change. */
export class NameServer {
  /** By name in lower case; no other name exists. */
  readonly names = new Map<string, Known>();
  /** Names that were asked for, in order. */
  readonly asked: string[] = [];
  readonly #socket = createSocket('udp4');

  static async open(): Promise<NameServer> {
    const server = new NameServer();
    server.#socket.on('message', (query, { port, address }) => {
      const answer = server.#answerTo(query);
      if (answer !== null) server.#socket.send(answer, port, address);
    });
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    return server;
  }

  /** As it is named to whoever is to ask it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }

  #answerTo(query: Buffer): Buffer | null {
    const { name, end } = nameAt(query, 12);
    const question = query.subarray(12, end + 4);
    this.asked.push(name);
    const known = this.names.get(name) ?? 'nothing';
    if (known === 'silent') return null;
    const answers = typeof known === 'string' ? [] : recordsOf(known, question.readUInt16BE(question.length - 4));
    const code = known === 'servfail' ? servFail : known === 'nothing' ? nxDomain : noError;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    // An answer, to a question that asked for recursion, which is available.
    header.writeUInt16BE(0x8180 + code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    return Buffer.concat([header, question, ...answers]);
  }
}

function nameAt(query: Buffer, from: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = from;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function recordsOf({ mx = [], a = [] }: Records, asked: number): Buffer[] {
  if (asked === types.a) return a.map((address) => record(asked, Buffer.from(address.split('.').map(Number))));
  if (asked !== types.mx) return [];
  return mx.map(([preference, host]) => {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(preference);
    return record(asked, Buffer.concat([head, encoded(host)]));
  });
}

/** A record of the name that was asked for, which nobody may keep. */
function record(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(content.length, 10);
  return Buffer.concat([head, content]);
}

function encoded(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.alloc(1),
  ]);
}
