// What kind of thing a column holds, and which columns of a view are shown first. The panel shows all of them.

import type { Column, Row, Value } from './api';

export type Kind = 'person' | 'chat' | 'device' | 'country' | 'sha' | 'time' | 'origin' | 'number' | 'bool' | 'text' | 'long' | 'devices' | 'short' | 'event';

const PERSON = new Set('person account sender inviter invitee other creator entered_by ended_by by_person group_sender seen_sender actor target recipient root owner described_by revoked_by quoted_sender'.split(' '));
const CHAT = new Set('chat group_chat from_chat to_chat found_in chat_as_stored community parent call_group sent_in in_chat names_group'.split(' '));
const LONG = new Set('text description names says reason country_reason value old_value one_says other_says caption quoted_text about as_written path source'.split(' '));

export function kindOf(column: Column): Kind {
  const { name, type } = column;
  if (type === 'time') return 'time';
  if (type === 'bool') return 'bool';
  if (type === 'int' || type === 'real') return 'number';
  if (/(^|_)origin$/.test(name)) return 'origin';
  if (PERSON.has(name)) return 'person';
  if (CHAT.has(name)) return 'chat';
  if (name === 'device' || name === 'only_device') return 'device';
  if (name === 'country' || name === 'country_of_seizure') return 'country';
  if (name === 'sha256') return 'sha';
  if (name === 'device_list') return 'devices';
  if (LONG.has(name)) return 'long';
  return name === 'subject' || name === 'owner_accounts' || name === 'name' || name === 'country_name' ? 'text' : 'short';
}

export const WIDTH: Record<Kind, string> = {
  person: 'minmax(190px, 1.2fr)', chat: 'minmax(170px, 1fr)', device: '92px', country: 'minmax(120px, .6fr)', sha: '132px', time: '182px', origin: 'minmax(170px, .8fr)',
  number: '92px', bool: '84px', text: 'minmax(170px, 1fr)', long: 'minmax(240px, 2fr)', devices: 'minmax(130px, .8fr)', short: 'minmax(104px, .6fr)', event: '110px',
};

export const isAccount = (value: Value): value is string => typeof value === 'string' && /@(s\.whatsapp\.net|lid)$/.test(value) && !value.includes(' ');

/** Columns shown first. */
export const SHOWN: Record<string, string> = {
  groups: 'subject members countries devices messages shares known_hits created creator device_list',
  group_facts: 'at fact value old_value by_person basis device',
  members: 'person chat country role state first_entered entered_by entered_how last_ended stays basis devices',
  stays: 'person stay entered entered_how entered_by ended ended_how ended_by chat',
  member_facts: 'at person fact how by_person role basis device origin',
  role_spans: 'person role from_at until_at how by_person device_list',
  group_persons: 'person state named_as row_count device_list',
  conflicts: 'conflict at person one_says one_origin other_says other_origin chat',
  invitations: 'at invitee inviter how chat devices device_list',
  doors: 'person country opened_for added by_link below depth chat',
  messages: 'sent sender message_kind text devices texts_differ forwarded only_in_backup chat',
  backups: 'device backup messages attachments memberships group_events first_at last_at opened_by path',
  quoted_copies: 'quoted_at sender text copy_of quoted_by chat device origin',
  recovered: 'device recovered_table found certainty sent sender text live_as chat account name sha256 lists origin',
  shared_traces: 'trace_kind value device_count device row_count message_count recovered_count chat person origin',
  'evidence.traces': 'device trace_kind value as_written sent sender in_chat found origin',
  'evidence.device_facts': 'device fact fact_value origin',
  presence: 'device state sent received sender key origin',
  ledger: 'place at appearance chat sender first_known first_in_chat forwarded known_in devices device_list',
  shares: 'sent sender sha256 mime size forwarded devices present_on chat',
  first_shares: 'sha256 sent sender country chat shares chats devices present_on',
  known_files: 'sha256 list category series through',
  known_hits: 'sent device how list category series sha256 chat sender',
  roles: 'person country created admin added let_in_by_link promoted removed messages shared shared_known shared_first chat',
  role_rows: 'at role other inferred person chat origin',
  ties: 'person other tie count first_at last_at chats',
  co_membership: 'person other weight groups chats',
  accounts: 'names phone country person groups messages shares devices owner_of account',
  account_countries: 'account country strength reason ambiguous others',
  country_reasons: 'account country reason_kind reason strength device',
  countries: 'country accounts members groups messages shares first_shares known_shares seized',
  devices: 'device owner_accounts device_kind country_of_seizure seized_at groups messages attachments items warnings authority',
  completeness: 'device items parsed partial rejected unparsed_kind bytes unread_bytes warnings',
  warnings: 'device warning says bytes origin',
  aliases: 'account other alias_kind at cut device origin',
  decisions: 'number at author decision subject other value reason withdrawn_by',
  carriers: 'carried_at person from_chat seen_sender seen_at to_chat sha256 known_in',
  leads: 'sent trace_kind value found chat person sender found_in chat_basis device origin',
  differences: 'what value devices device_list sender key chat',
  'evidence.files': 'path size modified content parser outcome sha256 md5 origin',
  'evidence.chats': 'device owner subject created creator description found origin',
  'evidence.accounts': 'account name name_kind own device origin',
  'evidence.calls': 'at account from_me video duration call_result call_group device',
  search_texts: 'text entry_kind account country chat at_ms device_list',
};

export function shown(view: string, columns: Column[], without: string[] = []): Column[] {
  const wanted = SHOWN[view]?.split(' ');
  const list = wanted ? wanted.flatMap((name) => columns.filter((column) => column.name === name)) : columns;
  const kept = list.filter((column) => !without.includes(column.name));
  return kept.length ? kept : columns;
}

/** A name for a row that stays the same for the same content. */
export function rowId(row: Row): string {
  let hash = 5381;
  const text = JSON.stringify(Object.values(row));
  for (let i = 0; i < text.length; i++) hash = ((hash << 5) + hash + text.charCodeAt(i)) | 0;
  return (hash >>> 0).toString(36);
}
