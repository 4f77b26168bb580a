/**
 * Where a cell may begin for some reader of a CSV: at its start, and after what spreadsheets of one country or another
 * take for a separator. Quotation marks and blanks do not keep what follows from being a formula.
 */
const begins = String.raw`(?<=^|[,;\t\r\n])`;
const formula = String.raw`'*(?:"|[^\S\t\r\n])*[=+\-@\t\r＝＋－＠]`;

const toEscape = new RegExp(`${begins}(?=${formula})`, 'gu');
const toRead = new RegExp(`${begins}'(?=${formula})`, 'gu');

/**
 * One cell of a CSV that people open in a spreadsheet. What a spreadsheet would run as a formula gets an apostrophe in
 * front, as spreadsheets themselves do to say "this is text", wherever a cell may begin for it.
 * @rule CSV-SAFE-CELL
 */
export function safeCell(text: string): string {
  return text.replace(toEscape, "'");
}

/** The text that `safeCell` has written: files that we have made are read as they were meant. */
export function textOfCell(cell: string): string {
  return cell.replace(toRead, '');
}
