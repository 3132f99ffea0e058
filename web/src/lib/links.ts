// Where a row leads.

import type { Row, Value } from './api';
import type { Kind } from './columns';
import { isAccount } from './columns';
import { href } from './route.svelte';

export const groupHref = (chat: string, params: Record<string, string> = {}): string => href(['groups', chat], params);
export const personHref = (person: string, params: Record<string, string> = {}): string => href(['accounts', person], params);
export const countryHref = (code: string): string => href(['countries', code]);
export const deviceHref = (device: string): string => href(['devices'], { device });
export const fileHref = (sha: string): string => href(['material'], { sha });
export const sourceHref = (origin: string): string => href(['source'], { origin });

export function cellHref(kind: Kind, value: Value): string | null {
  if (typeof value !== 'string' || !value) return null;
  switch (kind) {
    case 'person':
      if (/^[0-9a-f]{64}$/.test(value)) return fileHref(value);
      return personHref(value);
    case 'chat':
      return value === 'all groups' ? null : value.includes(' ') ? null : isAccount(value) ? personHref(value) : groupHref(value);
    case 'device':
      return deviceHref(value);
    case 'country':
      return countryHref(value);
    case 'sha':
      return fileHref(value);
    case 'origin':
      return sourceHref(value);
    default:
      return null;
  }
}

/** The page that a row of a view is about. */
export function rowHref(view: string, row: Row): string | null {
  const text = (name: string) => (typeof row[name] === 'string' ? (row[name] as string) : null);
  if (view === 'groups') return groupHref(text('chat')!);
  if (view === 'countries') return text('country') ? countryHref(text('country')!) : null;
  if (view === 'devices' || view === 'completeness') return deviceHref(text('device')!);
  if (view === 'accounts' && text('person')) return personHref(text('person')!);
  if (view === 'known_files' || view === 'first_shares') return fileHref(text('sha256')!);
  if ((view === 'messages' || view === 'shares') && text('chat') && !text('chat')!.includes(' ')) return groupHref(text('chat')!, { tab: 'messages', key: text('key') ?? '' });
  for (const name of ['person', 'account', 'invitee', 'sender']) if (text(name)) return personHref(text(name)!);
  return null;
}
