// Evidence is hostile: a name may hold characters that turn text around, hide it, or look like a command.
// Nothing of it is ever markup; what cannot be seen is shown as a mark.

export interface Piece { text: string; /** Code point in words when the piece is a mark. */ mark: string | null }

/** Characters that change how others look or that cannot be seen: controls, zero width, bidi, tags, fillers. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu;

const SHORT: Record<number, string> = {
  0x09: '⇥', 0x0a: '⏎', 0x0d: '␍', 0x00: '␀', 0x1b: '␛', 0x7f: '␡', 0xad: 'SHY', 0x61c: 'ALM', 0x200b: 'ZWSP', 0x200c: 'ZWNJ', 0x200d: 'ZWJ', 0x200e: 'LRM',
  0x200f: 'RLM', 0x202a: 'LRE', 0x202b: 'RLE', 0x202c: 'PDF', 0x202d: 'LRO', 0x202e: 'RLO', 0x2060: 'WJ', 0x2066: 'LRI', 0x2067: 'RLI', 0x2068: 'FSI',
  0x2069: 'PDI', 0xfeff: 'BOM', 0x2028: 'LS', 0x2029: 'PS',
};

const EMOJI = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f/u;

/** Text apart from what cannot be seen in it. A joiner between two pictures of one emoji is what it is for, and stays. */
export function pieces(text: string): Piece[] {
  const all: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(UNSEEN)) {
    const at = match.index;
    const code = match[0].codePointAt(0)!;
    if (code === 0x200d && EMOJI.test(text.slice(Math.max(0, at - 2), at)) && EMOJI.test(text.slice(at + 1, at + 3))) continue;
    if (at > from) all.push({ text: text.slice(from, at), mark: null });
    all.push({ text: SHORT[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`, mark: `U+${code.toString(16).toUpperCase().padStart(4, '0')}` });
    from = at + match[0].length;
  }
  if (from < text.length) all.push({ text: text.slice(from), mark: null });
  return all;
}

/** The same as one string, for places that take only a string: titles, canvases. */
export function plain(text: string, longest = 200): string {
  const shown = pieces(text.length > longest * 2 ? text.slice(0, longest * 2) : text).map((piece) => (piece.mark ? `⟦${piece.text}⟧` : piece.text)).join('');
  return shown.length > longest ? shown.slice(0, longest - 1) + '…' : shown;
}

/** A cell for a clipboard or a CSV: a spreadsheet must not take it for a formula. */
export function neutral(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  if (typeof value === 'number') return text;
  return /^[\s\u0000-\u001f]*[=+\-@|%]/.test(text) || /^[\t\r\n]/.test(text) ? `'${text}` : text;
}

export function csv(header: string[], lines: unknown[][]): string {
  const cell = (value: unknown) => {
    const text = neutral(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [header, ...lines].map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}
