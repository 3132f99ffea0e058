import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from './catalogue';
import { LANGUAGES } from './languages';

const entries = Object.entries(catalogue) as [string, readonly string[]][];

test('all six languages say everything', () => {
  for (const [key, texts] of entries) {
    expect(texts, key).toHaveLength(LANGUAGES.length);
    for (const text of texts) expect(text.trim(), key).not.toBe('');
  }
});

test('all six languages fill in the same places', () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [key, texts] of entries) for (const text of texts) expect(places(text), key).toEqual(places(texts[0]!));
});

test('no word of the page stands outside the catalogue, and no markup is made of strings', () => {
  const src = join(import.meta.dirname, '../..');
  for (const name of readdirSync(src, { recursive: true }) as string[]) {
    if (!name.endsWith('.svelte')) continue;
    const text = readFileSync(join(src, name), 'utf8');
    expect(text, name).not.toContain('{@html');
    expect(text, name).not.toMatch(/\bstyle="/);
    expect(text, name).not.toMatch(/innerHTML|insertAdjacentHTML|new Function|\beval\(/);
  }
});
