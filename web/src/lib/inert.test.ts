import { expect, test } from 'vitest';
import { csv, neutral, pieces, plain } from './inert';

const shown = (text: string) => pieces(text).map((piece) => (piece.mark ? `[${piece.text}]` : piece.text)).join('');

test('what cannot be seen is shown as a mark', () => {
  expect(shown('photo\u202egnp.exe')).toBe('photo[RLO]gnp.exe');
  expect(shown('a\u200bb\u2066c\u2069')).toBe('a[ZWSP]b[LRI]c[PDI]');
  expect(shown('x\u0000y\u001bz\n')).toBe('x[␀]y[␛]z[⏎]');
  expect(shown('\u{e0041}tag\ufeff')).toBe('[U+E0041]tag[BOM]');
  expect(shown('lone \ud800 half')).toBe('lone [U+D800] half');
});

test('ordinary writing of any script stays as it is', () => {
  for (const text of ['Huerto del barrio', 'Игнат Л.', 'חדשות', 'e\u0301', '👩\u200d👧 family', '“quoted” – dash', 'नमस्ते']) expect(shown(text)).toBe(text);
});

test('markup is text', () => {
  expect(pieces('<img src=x onerror=alert(1)>')).toEqual([{ text: '<img src=x onerror=alert(1)>', mark: null }]);
});

test('one string for canvases and titles', () => {
  expect(plain('a\u202eb')).toBe('a⟦RLO⟧b');
  expect(plain('x'.repeat(500), 10)).toHaveLength(10);
});

test('a spreadsheet takes no cell for a formula', () => {
  for (const text of ['=1+1', '+34600000001', '-2', '@SUM(A1)', '\t=1', ' =1', '|cmd', '%0a']) expect(neutral(text)).toBe(`'${text}`);
  expect(neutral('plain')).toBe('plain');
  expect(neutral(-3)).toBe('-3');
  expect(neutral(null)).toBe('');
  expect(csv(['a', 'b'], [['=x', 'say "hi", you']])).toBe('a,b\r\n\'=x,"say ""hi"", you"\r\n');
});
