import { expect, test } from 'vitest';
import { changed, href, parts } from './address';
import { timeText } from './time';
import { readWhere, rowsHref, writeWhere } from './where';

test('conditions come back from the address as they went in', () => {
  const where = [['sent', 'gte', '2026-03-01T12:00:00.000Z'], ['chat', 'eq', 'a:b|c&d=e?#'], ['country', 'null', '']] as [string, string, string][];
  const link = new URL(rowsHref('messages', where), 'http://127.0.0.1');
  expect(link.pathname).toBe('/rows/messages');
  expect(readWhere(link.searchParams.getAll('w'))).toEqual(where);
  expect(readWhere(writeWhere(where))).toEqual(where);
});

test('what is no condition is left out', () => {
  expect(readWhere(['', 'x', 'x:drop:1', ':eq:1', 'a:eq:'])).toEqual([['a', 'eq', '']]);
});

test('addresses keep what they do not change', () => {
  expect(changed('/groups', new URLSearchParams('tab=a&sort=b'), { sort: null, w: ['x:eq:1', 'y:eq:2'] })).toBe('/groups?tab=a&w=x%3Aeq%3A1&w=y%3Aeq%3A2');
  expect(parts(href(['groups', '120363@g.us/../x']))).toEqual(['groups', '120363@g.us/../x']);
  expect(parts('/groups/%E0%A4%A')).toEqual(['groups', '%E0%A4%A']);
});

test('a time bears its zone', () => {
  expect(timeText('2026-03-01T12:00:00.000Z', 'UTC')).toBe('2026-03-01 12:00:00 UTC');
  expect(timeText('2026-03-01T12:00:00.000Z', 'local')).toMatch(/^2026-0[23]-\d\d \d\d:\d\d:00 [+−]\d\d:\d\d$/);
  expect(timeText('no time', 'UTC')).toBe('no time');
});
