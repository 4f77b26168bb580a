// One line of entries/<day>.ndjson: taken apart, written again, and accepted only if that gives the same bytes.

const saltLength = 16;
const largestPartition = 2 ** 31 - 1;

/** The entry on a line with its newline; `null` when the line is not written in the one way that a trace knows. */
export function readEntry(line) {
  let fields;
  try {
    fields = JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
  if (typeof fields !== 'object' || fields === null || !isShaped(fields)) return null;
  const { index, salt, topic, partition, offset, key, headers, value } = fields;
  const again = `${JSON.stringify({ index, salt, topic, partition, offset, key, headers, value })}\n`;
  if (!Buffer.from(again).equals(line)) return null;
  return {
    index,
    salt: Buffer.from(salt, 'base64'),
    topic,
    partition,
    offset,
    key: bytesOf(key),
    headers: headers.map(([name, content]) => [name, bytesOf(content)]),
    value: bytesOf(value),
  };
}

function isShaped({ index, salt, topic, partition, offset, key, headers, value }) {
  return (
    isCount(index) &&
    isBase64(salt) &&
    Buffer.from(salt, 'base64').length === saltLength &&
    isText(topic) &&
    isCount(partition) &&
    partition <= largestPartition &&
    Number.isSafeInteger(offset) &&
    isBytes(key) &&
    isBytes(value) &&
    Array.isArray(headers) &&
    headers.every((pair) => Array.isArray(pair) && pair.length === 2 && isText(pair[0]) && isBytes(pair[1]))
  );
}

function isCount(value) {
  return Number.isSafeInteger(value) && value >= 0;
}

// A lone surrogate has no UTF-8 of its own: two different lines would have the same leaf.
function isText(value) {
  return typeof value === 'string' && value.isWellFormed();
}

function isBytes(value) {
  return value === null || isBase64(value);
}

function isBase64(value) {
  return typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value;
}

function bytesOf(text) {
  return text === null ? null : Buffer.from(text, 'base64');
}
