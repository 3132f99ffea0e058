// Examinations as they run, told by the program. Listens only while a view shows them.

import type { Exhibit } from './api';

export class Progress {
  exhibits = $state.raw<Exhibit[]>([]);
  bundles = $state<number | null>(null);
  private source: EventSource | undefined;

  /** Begins to listen; the answer ends it. `changed` is called when the case has new rows. */
  listen(changed?: () => void): () => void {
    this.source = new EventSource('/api/progress');
    this.source.addEventListener('progress', (event) => {
      this.exhibits = (JSON.parse((event as MessageEvent<string>).data) as { exhibits: Exhibit[] }).exhibits;
    });
    this.source.addEventListener('bundles', (event) => {
      const { bundles } = JSON.parse((event as MessageEvent<string>).data) as { bundles: number };
      if (this.bundles !== null && bundles !== this.bundles) changed?.();
      this.bundles = bundles;
    });
    return () => this.source?.close();
  }
}
