/**
 * One cell of a CSV that people open in a spreadsheet. A text that begins like a formula gets an apostrophe in front,
 * as spreadsheets themselves do to say "this is text". // CSV-SAFE-CELL
 */
export function safeCell(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
