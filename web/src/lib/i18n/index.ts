// Words of the page in six languages, from one catalogue.

import { plain } from '../inert';
import { prefs } from '../prefs.svelte';
import { catalogue } from './catalogue';
import { LANGUAGES } from './languages';

export type Key = keyof typeof catalogue;

/** A text in the language chosen, `{name}` filled in. */
export function t(key: Key, fill: Record<string, string | number> = {}): string {
  const text: string = catalogue[key][LANGUAGES.indexOf(prefs.language)]!;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in fill ? format(fill[name]!) : whole));
}

const format = (value: string | number): string => (typeof value === 'number' ? number(value) : value);

export function number(value: number): string {
  return new Intl.NumberFormat(prefs.language, { maximumFractionDigits: 4 }).format(value);
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${new Intl.NumberFormat(prefs.language, { maximumFractionDigits: unit ? 1 : 0 }).format(value)} ${units[unit]}`;
}

/** Name of a country in the language chosen. */
export function countryName(code: string | null): string {
  if (!code) return t('country.open');
  try {
    return new Intl.DisplayNames([prefs.language], { type: 'region' }).of(code) ?? code;
  } catch {
    // Not the form of a code: it is evidence, and shown as such.
    return plain(code, 20);
  }
}

/** Heading of a column; its own name where the catalogue has no word for it. */
export function columnName(name: string): string {
  const key = `col.${name}`;
  return key in catalogue ? t(key as Key) : plain(name.replaceAll('_', ' '), 60);
}

/** Name of a view; its own name where the catalogue has no word for it. */
export function viewName(name: string): string {
  const key = `view.${name}`;
  return key in catalogue ? t(key as Key) : plain(name.replaceAll('_', ' '), 60);
}
