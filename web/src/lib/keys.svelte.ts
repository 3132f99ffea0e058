// Keys. What a view offers is said where the view is written; the list of keys is read from here.

import { untrack } from 'svelte';
import { prefs } from './prefs.svelte';
import type { Key as Text } from './i18n';

export interface Key { keys: string; says: Text; run: (event: KeyboardEvent) => void; always?: boolean }

class Keys {
  layers = $state.raw<Key[][]>([]);
  help = $state(false);
  private g = 0;

  /** Offers keys until the answer is called; later layers come first. */
  offer(keys: Key[]): () => void {
    // Offered from effects, which must not depend on what others offer.
    untrack(() => (this.layers = [...this.layers, keys]));
    return () => untrack(() => (this.layers = this.layers.filter((layer) => layer !== keys)));
  }

  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const typing = target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName) || (target.tagName === 'INPUT' && !['checkbox', 'radio', 'range', 'button'].includes((target as HTMLInputElement).type));
    if (typing && event.key !== 'Escape') return;
    if (document.querySelector('dialog[open]') && event.key !== 'Escape') return;
    const prefix = this.g && Date.now() - this.g < 1500 ? 'g ' : '';
    const pressed = prefix + event.key;
    this.g = 0;
    if (event.key === 'g' && !prefix && prefs.keys) {
      this.g = Date.now();
      return;
    }
    for (const layer of [...this.layers].reverse()) {
      const key = layer.find((key) => key.keys.split('|').includes(pressed));
      if (!key || (!prefs.keys && !key.always && event.key.length === 1)) continue;
      event.preventDefault();
      key.run(event);
      return;
    }
  }
}

export const keys = new Keys();
