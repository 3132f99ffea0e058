// Words that attack a reader: markup, turned-around text, characters nobody sees, formulas. Harmless here: they are shown, not obeyed.

export const HOSTILE_SUBJECT = '<b>x</b>\u202egnp\u200b';
export const HOSTILE_TEXT = '=1+1<img src=x onerror=a()>';
export const LONG = 'A'.repeat(20_000);

/** The text filled up to a length in UTF-8. */
export function sameLength(text: string, length: number): string {
  const missing = length - Buffer.byteLength(text);
  if (missing < 0) throw new Error(`${text} is longer than ${length} bytes`);
  return text + '_'.repeat(missing);
}
