// Addresses of the page, as plain text work.

export function parts(path: string): string[] {
  return path.split('/').filter(Boolean).map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}

/** The address after changes: an empty value takes a parameter away. */
export function changed(path: string, params: URLSearchParams, changes: Record<string, string | string[] | null>): string {
  for (const [name, value] of Object.entries(changes)) {
    params.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) if (one) params.append(name, one);
  }
  const search = params.toString();
  return search ? `${path}?${search}` : path;
}

/** An address of the page. */
export function href(segments: string[], params: Record<string, string | string[] | null> = {}): string {
  return changed('/' + segments.map(encodeURIComponent).join('/'), new URLSearchParams(), params);
}
