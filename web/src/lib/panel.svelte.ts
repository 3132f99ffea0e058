// The one answer to "where does this come from?": the row that is asked about, and the view it stands in.

import type { Row } from './api';
import { route } from './route.svelte';

class Panel {
  about = $state.raw<{ view: string; row: Row } | null>(null);

  get open(): boolean {
    return route.get('o') === '1' && this.about !== null;
  }
  show(view: string, row: Row): void {
    this.about = { view, row };
    route.set({ o: '1' });
  }
  /** Follows the selection while it is open. */
  move(view: string, row: Row): void {
    if (route.get('o') === '1') this.about = { view, row };
  }
  close(): void {
    route.set({ o: null });
    this.about = null;
  }
}

export const panel = new Panel();

class Notice {
  text = $state('');
  private timer: ReturnType<typeof setTimeout> | undefined;
  say(text: string): void {
    this.text = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.text = ''), 3500);
  }
}

export const notice = new Notice();
