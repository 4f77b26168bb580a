/** Fields of lists that are instants, in UTC milliseconds. */
const instants = /(?:At|Since|From|Until)$|^(?:at|until)$/;

/**
 * Items of a list as CSV (RFC 4180), UTF-8 with its mark, for spreadsheets: a column for each field, lists with blanks, instants
 * in RFC 3339. A text that a spreadsheet would take for a formula begins with an apostrophe.
 * @rule CONSOLE-CSV
 */
export function csvOf(items: readonly object[]): string {
  const columns = [...new Set(items.flatMap((item) => Object.keys(item)))];
  const rows = items.map((item) => columns.map((name) => told(name, (item as Record<string, unknown>)[name])));
  return `\uFEFF${[columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function told(name: string, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return instants.test(name) ? new Date(value).toISOString() : String(value);
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(' ');
  return JSON.stringify(value);
}

function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
