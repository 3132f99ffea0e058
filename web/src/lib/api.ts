// What the page asks the program. Nothing is computed here: the program answers, the page shows.

export type Value = string | number | boolean | null;
export type Row = Record<string, Value>;
export interface Column { name: string; doc: string; type: 'text' | 'int' | 'real' | 'bool' | 'time' }
export interface Table { name: string; doc: string; columns: Column[] }
export interface Page { columns: string[]; rows: Row[]; next: string | null }
export interface Session { csrf: string; case: string; version: string; user: string; language: string | null }
export interface Counted { total: number; by: [Value, number][] }
export interface Operation {
  counts: { key: string; value: number; view: string; sql?: string }[];
  countries: { country: string | null; name: string | null; persons: number; groups: number; hits: number }[];
  completeness: { devices: number; items: number; parsed: number; partial: number; rejected: number; unparsed_kind: number };
  new: { device: string; examined_at: string | null; messages: number; groups: number }[];
  bundles: number;
}
export interface GraphNode { id: string; label: string | null; country: string | null; groups: number; known: number; degree: number }
export interface GraphEdge { a: string; b: string; kind: string; how?: string; weight: number; count: number; first: string | null; last: string | null }
export interface Graph { nodes: GraphNode[]; edges: GraphEdge[]; cut?: boolean }
export interface Hit {
  kind: string; chat: string | null; account: string | null; name: string | null; country: string | null; at: string | null;
  text: string; marks: [number, number][]; origin: string; device: string | null; key?: string | null;
}
export type Facets = Record<string, [Value, number][]>;
export interface Found { total: number; total_is_exact: boolean; hits: Hit[]; next: string | null }
export interface Facetted { facets: Facets; of: number; is_exact: boolean }
export interface Source {
  origin: string; device: string; path: string; part: string | null; row: number | null; available: boolean; says: string | null;
  cells?: { column: string; kind: string; text: string | null; hex: string | null; length?: number | null }[] | null;
  file?: string | null;
  bytes?: { offset: number; length: number; hex: string; path?: string } | null;
}
export interface Exhibit { label: string; state: string; bytes: number; total: number | null; items: number; rate: number | null; left_seconds: number | null }
export interface Saved { name: string; query: { path?: string; params?: string } }

/** A condition: column, operator, value. */
export type Where = [column: string, op: string, value: string];

/** An answer that is no answer: the program's own sentence where it gave one. */
export class Refused extends Error {
  constructor(readonly status: number, says: string) {
    super(says);
  }
}

let session: Promise<Session> | undefined;
export const getSession = (): Promise<Session> => (session ??= get<Session>('/api/session'));

async function answer<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  let says = `${response.status} ${response.statusText}`;
  try {
    says = ((await response.json()) as { error?: string }).error ?? says;
  } catch { /* no JSON: the status has to do */ }
  throw new Refused(response.status, says);
}

export async function get<T>(path: string, query?: URLSearchParams, signal?: AbortSignal): Promise<T> {
  const search = query?.toString();
  return answer<T>(await fetch(search ? `${path}?${search}` : path, { signal: signal ?? null, headers: { Accept: 'application/json' } }));
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const { csrf } = await getSession();
  return answer<T>(
    await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Custodia-Csrf': csrf },
      body: JSON.stringify(body),
    }),
  );
}

export interface Ask { columns?: string[]; where?: Where[]; sort?: string; limit?: number; cursor?: string | null }

function query(ask: Ask): URLSearchParams {
  const search = new URLSearchParams();
  if (ask.columns) search.set('columns', ask.columns.join(','));
  for (const [column, op, value] of ask.where ?? []) {
    search.append('where', op === 'null' || op === 'notnull' ? `${column}:${op}` : `${column}:${op}:${value}`);
  }
  if (ask.sort) search.set('sort', ask.sort);
  if (ask.limit) search.set('limit', String(ask.limit));
  if (ask.cursor) search.set('cursor', ask.cursor);
  return search;
}

/** One page of a view, each row as an object. */
export async function rows(view: string, ask: Ask = {}, signal?: AbortSignal): Promise<Page> {
  const page = await get<{ columns: string[]; rows: Value[][]; next: string | null }>(`/api/rows/${encodeURIComponent(view)}`, query(ask), signal);
  return { columns: page.columns, next: page.next, rows: page.rows.map((cells) => Object.fromEntries(page.columns.map((name, i) => [name, cells[i] ?? null]))) };
}

/** Pages of a view up to a bound; `cut` says that there are more. */
export async function many(view: string, ask: Ask, bound = 1000, signal?: AbortSignal): Promise<{ rows: Row[]; cut: boolean }> {
  const all: Row[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await rows(view, { ...ask, limit: Math.min(1000, bound - all.length), cursor }, signal);
    all.push(...page.rows);
    cursor = page.next;
  } while (cursor && all.length < bound);
  return { rows: all, cut: cursor !== null };
}

export function count(view: string, where: Where[] = [], by?: string, limit?: number, signal?: AbortSignal): Promise<Counted> {
  const search = query({ where, ...(limit ? { limit } : {}) });
  if (by) search.set('by', by);
  return get<Counted>(`/api/count/${encodeURIComponent(view)}`, search, signal);
}

let known: Promise<Map<string, Table>> | undefined;
/** Every view with the sentence that says what a row of it is. */
export const tables = (): Promise<Map<string, Table>> =>
  (known ??= get<Table[]>('/api/tables').then((list) => new Map(list.map((table) => [table.name, table]))));
