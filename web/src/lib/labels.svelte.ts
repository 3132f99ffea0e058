// Names beside addresses: asked in batches, for what is in sight, and kept while the page lives.

import { SvelteMap } from 'svelte/reactivity';
import { rows } from './api';

export interface PersonLabel { name: string | null; phone: string | null; country: string | null }

const persons = new SvelteMap<string, PersonLabel>();
const chats = new SvelteMap<string, string | null>();
const asked = new Set<string>();
let wantedPersons = new Set<string>();
let wantedChats = new Set<string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Separator of the `in` operator: an address that holds it is not asked for. */
const askable = (id: string) => id.length < 200 && !id.includes('|');

function later(): void {
  timer ??= setTimeout(() => {
    timer = undefined;
    const [people, groups] = [[...wantedPersons], [...wantedChats]];
    wantedPersons = new Set();
    wantedChats = new Set();
    for (let i = 0; i < people.length; i += 50) void askPersons(people.slice(i, i + 50));
    for (let i = 0; i < groups.length; i += 50) void askChats(groups.slice(i, i + 50));
  }, 20);
}

async function askPersons(ids: string[]): Promise<void> {
  try {
    const found = await rows('accounts', { columns: ['account', 'phone', 'names', 'country'], where: [['account', 'in', ids.join('|')]], limit: 1000 });
    for (const row of found.rows) {
      const name = String(row.names ?? '').split(' | ')[0]?.trim();
      persons.set(String(row.account), { name: name || null, phone: row.phone === null ? null : String(row.phone), country: row.country === null ? null : String(row.country) });
    }
  } catch { /* addresses do without names */ }
}

async function askChats(ids: string[]): Promise<void> {
  try {
    const found = await rows('groups', { columns: ['chat', 'subject'], where: [['chat', 'in', ids.join('|')]], limit: 1000 });
    for (const row of found.rows) chats.set(String(row.chat), row.subject === null ? null : String(row.subject));
  } catch { /* addresses do without names */ }
}

export function personLabel(id: string): PersonLabel | undefined {
  if (!asked.has(id) && askable(id)) {
    asked.add(id);
    wantedPersons.add(id);
    later();
  }
  return persons.get(id);
}

export function chatLabel(id: string): string | null | undefined {
  const name = `chat ${id}`;
  if (!asked.has(name) && askable(id)) {
    asked.add(name);
    wantedChats.add(id);
    later();
  }
  return chats.get(id);
}

/** An address as a reader writes it: a number, or what stands before the `@`. */
export function address(id: string): string {
  const number = /^(\d{5,17})@s\.whatsapp\.net$/.exec(id);
  if (number) return `+${number[1]}`;
  const hidden = /^(\d+)@lid$/.exec(id);
  return hidden ? `lid ${hidden[1]}` : id;
}
