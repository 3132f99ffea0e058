// The drawn graph: WebGL through sigma, positions from the worker, what is hidden or dim decided at each frame.

import Graph from 'graphology';
import Sigma from 'sigma';
import type { GraphEdge, GraphNode } from './api';
import type { Order, Placed } from './layout.worker';
import { plain } from './inert';

export interface Look { accent: string; alarm: string; text: string; muted: string; line: string; good: string; surface: string }
export interface Shown { kinds: Set<string>; min: number; from: number; to: number; selected: string | null; path: Set<string>; folded: Set<string> }

interface NodeData { x: number; y: number; size: number; base: number; label: string; known: number; country: string | null; fixed: boolean; leaf: number }

/** Where persons start: a spiral by rank, the same each time. */
function start(rank: number): { x: number; y: number } {
  const angle = rank * 2.399963;
  const radius = 10 * Math.sqrt(rank + 1);
  return { x: Math.cos(angle) * radius, y: Math.sin(angle) * radius };
}

export class GraphView {
  readonly graph = new Graph<NodeData, GraphEdge & { size: number }>({ type: 'directed', multi: true });
  private sigma: Sigma<NodeData, GraphEdge & { size: number }> | null = null;
  private worker: Worker;
  private seen = new Set<string>();
  private dragged: string | null = null;
  private later: string | null = null;
  /** Too many ties to tell colours apart: only those of a chosen person bear theirs. */
  private many = false;
  busy = false;

  constructor(
    box: HTMLElement,
    private look: Look,
    private shown: Shown,
    private say: { select: (id: string | null) => void; pinned: () => void; busy: (on: boolean) => void },
  ) {
    this.worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    this.worker.onmessage = (event: MessageEvent<Placed>) => this.place(event.data);
    try {
      this.sigma = new Sigma(this.graph, box, {
        allowInvalidContainer: true,
        zIndex: true,
        defaultEdgeType: 'line',
        labelFont: 'system-ui, sans-serif',
        labelSize: 12,
        labelDensity: 0.35,
        labelRenderedSizeThreshold: 6,
        labelColor: { color: look.text },
        minEdgeThickness: 0.6,
        nodeReducer: (id, data) => this.node(id, data),
        edgeReducer: (_, data) => this.edge(data),
        defaultDrawNodeHover: (context, data, settings) => {
          if (!data.label) return;
          context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
          const width = context.measureText(data.label).width + 12;
          context.fillStyle = this.look.surface;
          context.strokeStyle = this.look.accent;
          context.beginPath();
          context.rect(data.x + data.size + 2, data.y - 11, width, 22);
          context.fill();
          context.stroke();
          context.fillStyle = this.look.text;
          context.fillText(data.label, data.x + data.size + 8, data.y + 4);
        },
      });
    } catch {
      this.sigma = null;
      return;
    }
    this.sigma.on('clickNode', ({ node }) => this.say.select(node));
    this.sigma.on('clickStage', () => this.say.select(null));
    this.sigma.on('downNode', ({ node }) => (this.dragged = node));
    const mouse = this.sigma.getMouseCaptor();
    mouse.on('mousemovebody', (event) => {
      if (!this.dragged) return;
      const at = this.sigma!.viewportToGraph(event);
      this.graph.mergeNodeAttributes(this.dragged, { x: at.x, y: at.y, fixed: true });
      event.preventSigmaDefault();
      event.original.preventDefault();
      event.original.stopPropagation();
    });
    const drop = () => {
      if (this.dragged) this.say.pinned();
      this.dragged = null;
    };
    mouse.on('mouseup', drop);
    mouse.on('mouseleave', drop);
  }

  get drawn(): boolean {
    return this.sigma !== null;
  }

  private node(id: string, data: NodeData): Partial<NodeData> & Record<string, unknown> {
    const { selected, path, folded } = this.shown;
    const hidden = !this.seen.has(id) || (data.leaf > 0 && this.leafOf(id, folded));
    const near = selected !== null && (id === selected || (this.graph.hasNode(selected) && this.graph.areNeighbors(id, selected)));
    const dim = path.size ? !path.has(id) : selected !== null && !near;
    const color = id === selected || path.has(id) ? this.look.text : data.known > 0 ? this.look.alarm : this.look.accent;
    return { ...data, hidden, color: dim ? this.look.line : color, label: dim ? '' : (data.fixed ? '⌖ ' : '') + data.label, highlighted: id === selected, forceLabel: id === selected || path.has(id), zIndex: dim ? 0 : 2 };
  }
  private leafOf(id: string, folded: Set<string>): boolean {
    return folded.size > 0 && this.graph.someNeighbor(id, (other) => folded.has(other));
  }
  private edge(data: GraphEdge & { size: number }): Record<string, unknown> {
    const { selected, path } = this.shown;
    const hidden = !this.visible(data);
    const strong = path.size ? path.has(data.a) && path.has(data.b) : selected !== null && (data.a === selected || data.b === selected);
    const dim = (path.size > 0 || selected !== null) && !strong;
    const color = data.kind === 'invitation' ? this.look.good : data.kind === 'share' ? this.look.alarm : this.look.muted;
    return { size: strong ? data.size + 1 : data.size, hidden, type: data.kind === 'co_membership' ? 'line' : 'arrow', color: dim || (!strong && (this.many || data.kind === 'co_membership')) ? this.look.line : color, zIndex: strong ? 2 : 0 };
  }

  visible(edge: GraphEdge): boolean {
    const { kinds, min, from, to } = this.shown;
    if (!kinds.has(edge.kind)) return false;
    if (edge.kind === 'co_membership' && edge.weight < min) return false;
    if (edge.first !== null && Date.parse(edge.first) > to) return false;
    if (edge.last !== null && Date.parse(edge.last) < from) return false;
    return true;
  }

  /** Adds what an answer of the program brings; nothing that stands already moves. */
  add(nodes: GraphNode[], edges: GraphEdge[], around: string | null = null): number {
    let added = 0;
    const centre = around && this.graph.hasNode(around) ? this.graph.getNodeAttributes(around) : null;
    for (const node of nodes) {
      if (this.graph.hasNode(node.id)) continue;
      const at = centre ? { x: centre.x + 30 * Math.cos(added * 2.4) * (1 + added / 20), y: centre.y + 30 * Math.sin(added * 2.4) * (1 + added / 20) } : start(this.graph.order);
      this.graph.addNode(node.id, { ...at, size: 1, base: 2.5 + Math.min(6, Math.sqrt(node.degree) * 0.6), label: plain((node.label ?? node.id).split(' | ')[0]!, 40) + (node.country ? `  ${plain(node.country, 4)}` : ''), known: node.known, country: node.country, fixed: false, leaf: 0 });
      added += 1;
    }
    for (const edge of edges) {
      const key = `${edge.kind} ${edge.how ?? ''} ${edge.a} ${edge.b}`;
      if (this.graph.hasEdge(key) || !this.graph.hasNode(edge.a) || !this.graph.hasNode(edge.b)) continue;
      this.graph.addEdgeWithKey(key, edge.a, edge.b, { ...edge, size: edge.kind === 'co_membership' ? 0.5 + Math.min(3, edge.weight * 4) : 0.8 + Math.min(3, Math.log2(edge.count + 1) * 0.7) });
    }
    // Thousands of persons are drawn small, or they would cover each other.
    const scale = Math.max(0.3, Math.min(1, Math.sqrt(500 / Math.max(1, this.graph.order))));
    this.graph.forEachNode((id, data) => this.graph.mergeNodeAttributes(id, { leaf: this.graph.neighbors(id).length === 1 ? 1 : 0, size: data.base * scale }));
    this.sigma?.setSetting('labelRenderedSizeThreshold', 6 * scale);
    this.refresh();
    return added;
  }

  clear(): void {
    this.worker.postMessage(null);
    this.graph.clear();
  }

  /** Draws again after a choice; answers how much is in sight. */
  refresh(look?: Look): { nodes: number; edges: number } {
    if (look) {
      this.look = look;
      this.sigma?.setSetting('labelColor', { color: look.text });
    }
    this.seen.clear();
    let edges = 0;
    this.graph.forEachEdge((_, data) => {
      if (!this.visible(data)) return;
      edges += 1;
      this.seen.add(data.a);
      this.seen.add(data.b);
    });
    if (this.shown.selected) this.seen.add(this.shown.selected);
    this.many = edges > 3000;
    this.sigma?.setSetting('hideEdgesOnMove', edges > 4000);
    this.sigma?.refresh();
    return { nodes: this.seen.size, edges };
  }

  layout(iterations?: number, only?: Set<string>): void {
    const nodes: Order['nodes'] = [];
    this.graph.forEachNode((id, data) => {
      if (this.seen.has(id)) nodes.push({ id, x: data.x, y: data.y, size: data.size, fixed: data.fixed || (only !== undefined && !only.has(id)) });
    });
    const edges: Order['edges'] = [];
    this.graph.forEachEdge((_, data) => {
      if (this.visible(data)) edges.push([data.a, data.b, data.kind === 'co_membership' ? data.weight * 4 : 1]);
    });
    this.busy = true;
    this.say.busy(true);
    this.worker.postMessage({ nodes, edges, iterations: iterations ?? (nodes.length > 3000 ? 80 : 240) } satisfies Order);
  }
  stop(): void {
    this.worker.postMessage(null);
    this.busy = false;
    this.say.busy(false);
  }
  private place({ ids, xy, done }: Placed): void {
    ids.forEach((id, i) => {
      if (id === this.dragged || !this.graph.hasNode(id) || this.graph.getNodeAttribute(id, 'fixed')) return;
      const [x, y] = [xy[i * 2]!, xy[i * 2 + 1]!];
      if (Number.isFinite(x) && Number.isFinite(y)) this.graph.mergeNodeAttributes(id, { x, y });
    });
    if (done) {
      this.busy = false;
      this.say.busy(false);
      const wanted = this.later;
      // The drawn places are known after the next frame.
      if (wanted) requestAnimationFrame(() => requestAnimationFrame(() => this.centre(wanted)));
    }
  }

  pin(id: string): boolean {
    const fixed = !this.graph.getNodeAttribute(id, 'fixed');
    this.graph.setNodeAttribute(id, 'fixed', fixed);
    return fixed;
  }
  /** Brings a person into sight; while persons still move, when they have come to rest. */
  centre(id: string): void {
    this.later = this.busy ? id : null;
    if (this.busy) return;
    const at = this.sigma?.getNodeDisplayData(id);
    if (at) void this.sigma!.getCamera().animate({ x: at.x, y: at.y, ratio: Math.min(this.sigma!.getCamera().ratio, 0.6) }, { duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 250 });
  }
  whole(): void {
    this.later = null;
    void this.sigma?.getCamera().animatedReset();
  }
  end(): void {
    this.worker.terminate();
    this.sigma?.kill();
  }
}
