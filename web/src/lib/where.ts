// Conditions as they stand in the address: `column:operator:value`.

import type { Where } from './api';

export const OPERATORS = ['eq', 'ne', 'has', 'gte', 'lte', 'in', 'null', 'notnull'] as const;

export function readWhere(texts: string[]): Where[] {
  return texts.flatMap((text) => {
    const [column, op, ...value] = text.split(':');
    return column && op && (OPERATORS as readonly string[]).includes(op) ? [[column, op, value.join(':')] as Where] : [];
  });
}

export function writeWhere(where: Where[]): string[] {
  return where.map(([column, op, value]) => (op === 'null' || op === 'notnull' ? `${column}:${op}` : `${column}:${op}:${value}`));
}

/** The address that shows rows of a view. */
export function rowsHref(view: string, where: Where[] = []): string {
  const search = new URLSearchParams(writeWhere(where).map((text) => ['w', text]));
  return `/rows/${encodeURIComponent(view)}` + (where.length ? `?${search}` : '');
}
