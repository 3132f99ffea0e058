// What of a long list is in sight: only that is drawn.
import { Virtualizer, elementScroll, observeElementOffset, observeElementRect, type VirtualItem } from '@tanstack/virtual-core';
import { onMount, untrack } from 'svelte';

/** How a list stands in its box: the height of a line, lines drawn beyond the sight, and what a fixed head covers. */
export interface Lines {
  box: () => HTMLDivElement | undefined;
  count: () => number;
  height: number;
  beyond: number;
  head?: number;
}

/** Follows a box; `items` are the lines in sight. Called once, as a component begins. */
export function inSight({ box, count, height, beyond, head = 0 }: Lines): { readonly items: VirtualItem[]; show(at: number): void } {
  let version = $state(0);
  const virtual = new Virtualizer<HTMLDivElement, HTMLDivElement>({
    count: 0,
    getScrollElement: () => box() ?? null,
    estimateSize: () => height,
    overscan: beyond,
    scrollPaddingStart: head,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => (version += 1),
  });
  onMount(() => virtual._didMount());
  $effect(() => {
    virtual.setOptions({ ...virtual.options, count: count(), getScrollElement: () => box() ?? null });
    virtual._willUpdate();
    untrack(() => (version += 1));
  });
  const items = $derived.by(() => {
    void version;
    const lines = count();
    return lines ? virtual.getVirtualItems().filter((item) => item.index < lines) : [];
  });
  return {
    get items() {
      return items;
    },
    show: (at) => virtual.scrollToIndex(at, { align: 'auto' }),
  };
}
