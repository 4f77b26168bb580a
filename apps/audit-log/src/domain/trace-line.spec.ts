import { expect, test } from '@jest/globals';
import { traceLine } from './trace-line.ts';

const salt = new Uint8Array(16).fill(0xff);

test('an entry is written as one line of JSON, fields in order, bytes in base64', () => {
  const line = traceLine({
    index: 41,
    day: '2010-08-02',
    salt,
    record: {
      topic: 'migration.moves.v1',
      partition: 11,
      offset: 9,
      key: Buffer.from('chiave'),
      headers: [
        ['ce_id', Buffer.from('uno')],
        ['ce_id', null],
      ],
      value: Buffer.from('{"è":1}'),
    },
  });
  expect(line).toBe(
    '{"index":41,"salt":"/////////////////////w==","topic":"migration.moves.v1","partition":11,"offset":9,' +
      '"key":"Y2hpYXZl","headers":[["ce_id","dW5v"],["ce_id",null]],"value":"eyLDqCI6MX0="}\n',
  );
});

test('what Kafka has not is null, what is empty is empty', () => {
  const line = traceLine({
    index: 0,
    day: '2010-08-02',
    salt,
    record: { topic: 't', partition: 0, offset: -1, key: null, headers: [], value: new Uint8Array(0) },
  });
  expect(line).toBe(
    '{"index":0,"salt":"/////////////////////w==","topic":"t","partition":0,"offset":-1,"key":null,"headers":[],"value":""}\n',
  );
});
