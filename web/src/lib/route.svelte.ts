// Where the page stands. All of it is in the address: a copied link shows the same thing again.

import { changed, parts } from './address';

export { changed, href, parts } from './address';

export interface Place { path: string; params: URLSearchParams }

const here = (): Place => ({ path: location.pathname, params: new URLSearchParams(location.search) });

class Route {
  place = $state.raw<Place>(here());

  constructor() {
    addEventListener('popstate', () => (this.place = here()));
  }

  get path(): string {
    return this.place.path;
  }
  /** Parts of the path, decoded. */
  get parts(): string[] {
    return parts(this.place.path);
  }
  get(name: string): string | null {
    return this.place.params.get(name);
  }
  all(name: string): string[] {
    return this.place.params.getAll(name);
  }

  go(href: string): void {
    if (href === location.pathname + location.search) return;
    history.pushState(null, '', href);
    this.place = here();
  }

  /** Changes parameters of the place; typing and moving replace, choosing pushes. */
  set(changes: Record<string, string | string[] | null>, push = false): void {
    const href = changed(location.pathname, new URLSearchParams(location.search), changes);
    if (href === location.pathname + location.search) return;
    if (push) history.pushState(null, '', href);
    else history.replaceState(null, '', href);
    this.place = here();
  }
}

export const route = new Route();

/** A plain click on a link of the page goes there without loading anything. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element | null)?.closest('a');
  if (!link || link.origin !== location.origin || link.hasAttribute('download') || link.target) return;
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  route.go(link.pathname + link.search);
}
