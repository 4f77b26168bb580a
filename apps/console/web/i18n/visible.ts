/** Characters without a form of their own: controls, marks of direction, what has no width, and what belongs to nobody. */
const formless = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

/**
 * Text that somebody else wrote, as it is shown: a character that cannot be seen stands there by its number. So no name turns
 * the words beside it round, and no two addresses look alike because of one.
 * @rule CONSOLE-VISIBLE
 */
export function visible(text: string): string {
  return text.replace(
    formless,
    (each) => `⟨U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
