// The drawn graph: WebGL through sigma, positions from the worker, what is hidden or dim decided when a choice changes.
//
// It has to be fluent with 10,000 persons on a machine without a graphics card. So nothing is asked for each frame: sigma hears of
// changes from here alone (never one by one from the graph), the mass of ties rests while the picture moves, and what lies under the
// mouse is found from the places of the persons, not read back from the card.

import Graph from 'graphology';
import Sigma from 'sigma';
import type { Settings } from 'sigma/settings';
import { floatColor } from 'sigma/utils';
import type { GraphEdge, GraphNode } from './api';
import { arrows, lines, persons } from './flat';
import type { Order, Placed } from './layout.worker';
import { plain } from './inert';
import { Mass, TIE } from './mass';

export interface Look { accent: string; alarm: string; text: string; muted: string; line: string; good: string; surface: string }
export interface Shown { kinds: Set<string>; min: number; from: number; to: number; selected: string | null; path: Set<string>; folded: Set<string> }

interface NodeData { x: number; y: number; size: number; base: number; label: string; known: number; country: string | null; fixed: boolean; leaf: boolean }
/** `begins` and `ends` are the times in milliseconds, or what every choice of times includes; `seen` is the last answer of `visible`. */
export interface EdgeData extends GraphEdge { size: number; begins: number; ends: number; seen: boolean }

/** More ties than these are thin and of one colour, and rest while the picture moves; only those of a chosen person or path bear
 *  theirs and move. */
const MANY = 3000;
/** Where that has shown to be slow, more than these rest too. */
const MANY_SLOWLY = 300;
/** A frame is slow after so many milliseconds, a machine after so many slow frames in a row. */
const SLOW = 45;
const SLOW_FRAMES = 4;
/** The picture rests when nothing moved for so many milliseconds. */
const REST = 140;
/** A person may be missed by so many pixels with a click. */
const NEAR = 3;

/** Where persons start: a spiral by rank, the same each time. */
function start(rank: number): { x: number; y: number } {
  const angle = rank * 2.399963;
  const radius = 10 * Math.sqrt(rank + 1);
  return { x: Math.cos(angle) * radius, y: Math.sin(angle) * radius };
}

/** Sigma draws those it knows in the order of its programs: the chosen over the dim, ties of the chosen over the others. */
interface DrawnEdge { of: EdgeData; strong: boolean }

/** A graph that tells sigma when it is emptied, and nothing else. */
function quiet(): Graph<NodeData, DrawnEdge> {
  const graph = new Graph<NodeData, DrawnEdge>({ type: 'directed', multi: true });
  const emit = graph.emit.bind(graph);
  graph.emit = (event, ...words) => event === 'cleared' && emit(event, ...words);
  return graph;
}

export class GraphView {
  /** All that is known. */
  readonly graph = new Graph<NodeData, EdgeData>({ type: 'directed', multi: true });
  /** What sigma draws: the same persons, and the ties in sight that are not of the mass. */
  private drawing = quiet();
  private sigma: Sigma<NodeData, DrawnEdge> | null = null;
  private worker: Worker;
  private seen = new Set<string>();
  /** The same as a list, and where they stand; `null` once somebody has moved. */
  private ids: string[] = [];
  private spots: Float64Array | null = null;
  /** The chosen person and whoever is tied to them. */
  private near = new Set<string>();
  private dragged: string | null = null;
  private hovered: string | null = null;
  private later: string | null = null;
  /** The ties in sight of which there are too many to tell colours apart. */
  private crowd: EdgeData[] = [];
  private mass: Mass | null = null;
  private lines: Float32Array | null = null;
  private edges = 0;
  private moving: number | null = null;
  private slow = 0;
  /** Who is laid out, in the order of the worker's places, and the number of the order. */
  private laid: string[] = [];
  private turn = 0;
  busy = false;

  constructor(
    box: HTMLElement,
    private look: Look,
    private shown: Shown,
    private say: { select: (id: string | null) => void; pinned: () => void; busy: (on: boolean) => void },
  ) {
    this.worker = new Worker(new URL('./layout.worker.ts', import.meta.url), { type: 'module' });
    this.worker.onmessage = (event: MessageEvent<Placed>) => this.place(event.data);
    const rests = () => this.resting();
    try {
      this.sigma = new Sigma<NodeData, DrawnEdge>(this.drawing, box, {
        allowInvalidContainer: true,
        defaultEdgeType: 'line',
        nodeProgramClasses: { dim: persons(), circle: persons() },
        edgeProgramClasses: { line: lines(rests), arrow: arrows(rests), strongline: lines(), strongarrow: arrows() },
        labelFont: 'system-ui, sans-serif',
        labelSize: 12,
        labelDensity: 0.35,
        labelRenderedSizeThreshold: 6,
        labelColor: { color: look.text },
        minEdgeThickness: 0.6,
        nodeReducer: (id, data) => this.node(id, data),
        edgeReducer: (_, { of, strong }) => this.edge(of, strong),
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
    const mouse = this.sigma.getMouseCaptor();
    // Sigma reads a pixel back from the card at each move of the mouse, which waits for all that is drawn.
    Object.assign(this.sigma, {
      getNodeAtPosition: (at: { x: number; y: number }) => (mouse.isMouseDown ? this.dragged : this.at(at, NEAR)),
      resetWebGLTexture: () => this.sigma,
    });
    this.sigma.on('beforeRender', () => this.layers());
    this.mass = new Mass(this.sigma as never);
    this.sigma.on('afterRender', () => {
      this.learn();
      if (!this.crowd.length || this.resting()) this.mass!.hide();
      else this.mass!.draw((this.lines ??= this.write()));
    });
    this.sigma.on('enterNode', ({ node }) => this.layers((this.hovered = node)));
    this.sigma.on('leaveNode', () => this.layers((this.hovered = null)));
    this.sigma.getCamera().on('updated', () => this.move());
    this.sigma.on('clickNode', ({ node }) => this.say.select(node));
    this.sigma.on('clickStage', () => this.say.select(null));
    // Where persons are dense, one who is merely near is not taken along: the picture is moved.
    mouse.on('mousedown', (event) => (this.dragged = this.at(event, 0)));
    mouse.on('mousemovebody', (event) => {
      if (!this.dragged) return;
      this.drag(this.dragged, this.sigma!.viewportToGraph(event));
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

  /** A browser without a card copies each layer to the screen at each frame: those that are empty are not shown. */
  private layers(_?: unknown): void {
    const { edgeLabels, edges, hovers, hoverNodes, mouse } = this.sigma!.getCanvases();
    const { selected, path } = this.shown;
    const show = (layer: HTMLCanvasElement | undefined, on: boolean) => layer && (layer.style.opacity = on ? '' : '0');
    show(edgeLabels, false);
    show(edges, (!this.crowd.length && !this.resting()) || selected !== null || path.size > 0);
    // The frame around a name comes back when the picture rests; the name itself moves along.
    const framed = (this.hovered !== null || selected !== null) && !(this.crowd.length && this.resting());
    show(hovers, framed);
    show(hoverNodes, framed);
    // It hears the mouse all the same.
    show(mouse, false);
  }
  /** Whether the mass of ties is left out of this frame. */
  private resting(): boolean {
    return this.edges > (this.slow < SLOW_FRAMES ? MANY : MANY_SLOWLY) && (this.moving !== null || this.busy);
  }
  /** Learns from the frames that are drawn with ties while the picture moves whether the machine can do that. */
  private learn(): void {
    if (this.moving === null || this.busy || this.slow >= SLOW_FRAMES || this.resting()) return;
    const began = performance.now();
    requestAnimationFrame(() => (this.slow = performance.now() - began < SLOW ? 0 : this.slow + 1));
  }

  /** Tells that the picture moves; when it has come to rest it is drawn with all ties. */
  private move(): void {
    if (this.moving !== null) clearTimeout(this.moving);
    this.moving = window.setTimeout(() => {
      // Who holds the picture still wants to move it on, and a slow frame is no rest.
      if (this.dragged || this.sigma?.getMouseCaptor().isMouseDown) return this.move();
      this.moving = null;
      if (this.edges > MANY_SLOWLY) this.sigma?.scheduleRender();
    }, REST);
  }

  private drag(id: string, at: { x: number; y: number }): void {
    const data = this.graph.getNodeAttributes(id);
    Object.assign(data, { x: at.x, y: at.y, fixed: true });
    this.moved();
    this.move();
    this.sigma!.refresh({ partialGraph: { nodes: [id], edges: this.drawing.edges(id) }, skipIndexation: true, schedule: true });
  }

  /** The person whose disc is at this place of the picture, or the nearest one at most so many pixels away from it. */
  private at(place: { x: number; y: number }, miss: number): string | null {
    const sigma = this.sigma!;
    const from = sigma.viewportToGraph({ x: place.x, y: place.y });
    const unit = sigma.viewportToGraph({ x: place.x + 1, y: place.y });
    const pixel = Math.hypot(unit.x - from.x, unit.y - from.y);
    const scale = sigma.scaleSize(1);
    const spots = (this.spots ??= this.stand());
    let best = miss;
    let found: string | null = null;
    for (let i = 0; i < spots.length; i += 3) {
      const reach = (spots[i + 2]! * scale + best) * pixel;
      const x = spots[i]! - from.x;
      const y = spots[i + 1]! - from.y;
      if (x > reach || x < -reach || y > reach || y < -reach) continue;
      const away = Math.hypot(x, y) / pixel - spots[i + 2]! * scale;
      const id = this.ids[i / 3]!;
      if (away > best || this.leafOf(id, this.graph.getNodeAttributes(id))) continue;
      best = away;
      found = id;
    }
    return found;
  }
  /** Somebody stands elsewhere, or somebody else is in sight. */
  private moved(): void {
    this.spots = null;
    this.lines = null;
  }
  /** The lines of the mass, where sigma has put the persons. */
  private write(): Float32Array {
    const place = new Map<string, { x: number; y: number }>();
    for (const id of this.ids) {
      const at = this.sigma!.getNodeDisplayData(id);
      if (at && !at.hidden) place.set(id, at);
    }
    const array = new Float32Array(this.crowd.length * TIE);
    const color = floatColor(this.look.line);
    let i = 0;
    for (const { a, b } of this.crowd) {
      const [from, to] = [place.get(a), place.get(b)];
      if (!from || !to) continue;
      array.set([from.x, from.y, color, 0, to.x, to.y, color, 0], i);
      i += TIE;
    }
    return array.subarray(0, i);
  }
  /** Where those in sight stand, one after another: x, y, size. */
  private stand(): Float64Array {
    const spots = new Float64Array(this.ids.length * 3);
    let i = 0;
    for (const id of this.ids) {
      const { x, y, size } = this.graph.getNodeAttributes(id);
      spots.set([x, y, size], i);
      i += 3;
    }
    return spots;
  }

  private node(id: string, data: NodeData): NodeData & Record<string, unknown> {
    const { selected, path } = this.shown;
    const one = id === selected || path.has(id);
    const dim = path.size ? !path.has(id) : selected !== null && !this.near.has(id);
    const color = one ? this.look.text : data.known > 0 ? this.look.alarm : this.look.accent;
    // Sigma hands out a copy of its own.
    const drawn: Record<string, unknown> = {
      hidden: !this.seen.has(id) || this.leafOf(id, data),
      color: dim ? this.look.line : color,
      label: dim ? '' : data.fixed ? '⌖ ' + data.label : data.label,
      highlighted: id === selected,
      forceLabel: one,
      type: dim ? 'dim' : 'circle',
    };
    return Object.assign(data, drawn);
  }
  /** Whether the person is folded into the only one they are tied to. */
  private leafOf(id: string, data: NodeData): boolean {
    const { folded } = this.shown;
    return data.leaf && folded.size > 0 && this.graph.someNeighbor(id, (other) => folded.has(other));
  }
  private strong({ a, b }: EdgeData): boolean {
    const { selected, path } = this.shown;
    return path.size ? path.has(a) && path.has(b) : selected !== null && (a === selected || b === selected);
  }
  private edge(data: EdgeData, strong: boolean): Record<string, unknown> {
    const dim = !strong && (this.shown.path.size > 0 || this.shown.selected !== null);
    const color = data.kind === 'invitation' ? this.look.good : data.kind === 'share' ? this.look.alarm : this.look.muted;
    return {
      size: strong ? data.size + 1 : data.size,
      type: (strong ? 'strong' : '') + (data.kind === 'co_membership' ? 'line' : 'arrow'),
      color: dim || (!strong && data.kind === 'co_membership') ? this.look.line : color,
    };
  }

  visible(edge: EdgeData): boolean {
    const { kinds, min, from, to } = this.shown;
    return kinds.has(edge.kind) && (edge.kind !== 'co_membership' || edge.weight >= min) && edge.begins <= to && edge.ends >= from;
  }

  /** Adds what an answer of the program brings; nothing that stands already moves. It is drawn with the next `refresh`. */
  add(nodes: GraphNode[], edges: GraphEdge[], around: string | null = null): number {
    let added = 0;
    const centre = around && this.graph.hasNode(around) ? this.graph.getNodeAttributes(around) : null;
    for (const node of nodes) {
      if (this.graph.hasNode(node.id)) continue;
      const at = centre ? { x: centre.x + 30 * Math.cos(added * 2.4) * (1 + added / 20), y: centre.y + 30 * Math.sin(added * 2.4) * (1 + added / 20) } : start(this.graph.order);
      this.graph.addNode(node.id, { ...at, size: 1, base: 2.5 + Math.min(6, Math.sqrt(node.degree) * 0.6), label: plain((node.label ?? node.id).split(' | ')[0]!, 40) + (node.country ? `  ${plain(node.country, 4)}` : ''), known: node.known, country: node.country, fixed: false, leaf: false });
      added += 1;
    }
    for (const edge of edges) {
      const key = `${edge.kind} ${edge.how ?? ''} ${edge.a} ${edge.b}`;
      if (this.graph.hasEdge(key) || !this.graph.hasNode(edge.a) || !this.graph.hasNode(edge.b)) continue;
      const [begins, ends] = [edge.first === null ? -Infinity : Date.parse(edge.first), edge.last === null ? Infinity : Date.parse(edge.last)];
      this.graph.addEdgeWithKey(key, edge.a, edge.b, { ...edge, begins, ends, seen: false, size: edge.kind === 'co_membership' ? 0.5 + Math.min(3, edge.weight * 4) : 0.8 + Math.min(3, Math.log2(edge.count + 1) * 0.7) });
    }
    // Thousands of persons are drawn small, or they would cover each other.
    const scale = this.scale();
    this.graph.forEachNode((id, data) => {
      data.leaf = this.graph.neighbors(id).length === 1;
      data.size = data.base * scale;
      // Both graphs hold the same object, so a person who moves does so in both.
      if (this.drawing.hasNode(id)) return;
      this.drawing.addNode(id, data);
      this.drawing.replaceNodeAttributes(id, data);
    });
    return added;
  }
  private scale(): number {
    return Math.max(0.3, Math.min(1, Math.sqrt(500 / Math.max(1, this.graph.order))));
  }

  clear(): void {
    this.turn += 1;
    this.worker.postMessage(null);
    this.seen.clear();
    this.ids = [];
    this.moved();
    this.crowd = [];
    this.graph.clear();
    this.drawing.clear();
  }

  /** Draws again after a choice; answers how much is in sight. */
  refresh(look: Look): { nodes: number; edges: number } {
    this.look = look;
    this.seen.clear();
    this.near.clear();
    const { selected } = this.shown;
    const edges: EdgeData[] = [];
    this.graph.forEachEdge((_, data) => {
      data.seen = this.visible(data);
      if (!data.seen) return;
      edges.push(data);
      this.seen.add(data.a);
      this.seen.add(data.b);
    });
    if (selected !== null && this.graph.hasNode(selected)) {
      this.seen.add(selected);
      this.near.add(selected);
      this.graph.forEachNeighbor(selected, (id) => this.near.add(id));
    }
    this.ids = [...this.seen];
    this.moved();
    this.edges = edges.length;
    const many = this.edges > MANY;
    this.crowd = [];
    this.drawing.clearEdges();
    for (const data of edges) {
      const strong = this.strong(data);
      if (many && !strong) this.crowd.push(data);
      else this.drawing.addEdge(data.a, data.b, { of: data, strong });
    }
    // Who steps from person to person, or draws a slider, waits for no ties.
    this.move();
    this.draw({ labelColor: { color: look.text }, labelRenderedSizeThreshold: 6 * this.scale() });
    return { nodes: this.seen.size, edges: this.edges };
  }
  private draw(settings: Pick<Settings, 'labelColor' | 'labelRenderedSizeThreshold'>): void {
    const sigma = this.sigma;
    if (!sigma) return;
    const changed = sigma.getSetting('labelColor').color !== settings.labelColor.color || sigma.getSetting('labelRenderedSizeThreshold') !== settings.labelRenderedSizeThreshold;
    // Settings read all persons and ties again, as a refresh of everything does.
    if (changed) sigma.setSettings(settings).refresh({ partialGraph: {} });
    else sigma.refresh();
  }

  layout(iterations?: number, only?: Set<string>): void {
    const rank = new Map(this.ids.map((id, i) => [id, i]));
    const [xy, fixed] = [new Float32Array(rank.size * 2), new Uint8Array(rank.size)];
    for (const [id, i] of rank) {
      const data = this.graph.getNodeAttributes(id);
      xy.set([data.x, data.y], i * 2);
      fixed[i] = data.fixed || (only !== undefined && !only.has(id)) ? 1 : 0;
    }
    const [ends, weights] = [new Uint32Array(this.edges * 2), new Float32Array(this.edges)];
    let edge = 0;
    this.graph.forEachEdge((_, data) => {
      if (!data.seen) return;
      ends.set([rank.get(data.a)!, rank.get(data.b)!], edge * 2);
      weights[edge++] = data.kind === 'co_membership' ? data.weight * 4 : 1;
    });
    this.laid = [...rank.keys()];
    this.busy = true;
    this.say.busy(true);
    const order: Order = { turn: ++this.turn, xy, fixed, ends, weights, iterations: iterations ?? (rank.size > 3000 ? 80 : 240) };
    this.worker.postMessage(order, [xy.buffer, fixed.buffer, ends.buffer, weights.buffer]);
  }
  stop(): void {
    this.turn += 1;
    this.worker.postMessage(null);
    this.rest();
  }
  private rest(): void {
    this.busy = false;
    this.say.busy(false);
    this.sigma?.scheduleRender();
  }
  private place({ turn, xy, done }: Placed): void {
    // What was under way when another order was given.
    if (turn !== this.turn) return;
    this.laid.forEach((id, i) => {
      if (id === this.dragged || !this.graph.hasNode(id)) return;
      const data = this.graph.getNodeAttributes(id);
      const [x, y] = [xy[i * 2]!, xy[i * 2 + 1]!];
      if (data.fixed || !Number.isFinite(x) || !Number.isFinite(y)) return;
      data.x = x;
      data.y = y;
    });
    this.moved();
    // Colours and labels stay: only the places are read again.
    this.sigma?.refresh({ partialGraph: {}, schedule: true });
    if (!done) return;
    this.rest();
    const wanted = this.later;
    // The drawn places are known after the next frame.
    if (wanted) requestAnimationFrame(() => requestAnimationFrame(() => this.centre(wanted)));
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
    if (this.moving !== null) clearTimeout(this.moving);
    this.worker.terminate();
    this.mass?.end();
    this.sigma?.kill();
  }
}
