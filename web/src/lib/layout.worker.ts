// Lays the graph out away from the page's own thread. Pinned persons stay where they are.

import Graph from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';

/** Persons and ties by rank: x and y of each person, two ranks and a weight of each tie. */
export interface Order { turn: number; xy: Float32Array; fixed: Uint8Array; ends: Uint32Array; weights: Float32Array; iterations: number }
export interface Placed { turn: number; xy: Float32Array; done: boolean }

/** Places are told so often at most, in milliseconds: each time the page draws everything anew. */
const OFTEN = 150;

let mine = 0;

onmessage = (event: MessageEvent<Order | null>) => {
  const turn = ++mine;
  const order = event.data;
  if (!order) return;
  const { xy, fixed, ends, weights } = order;
  const graph = new Graph({ type: 'undirected', multi: false });
  fixed.forEach((one, i) => graph.addNode(i, { x: xy[i * 2]!, y: xy[i * 2 + 1]!, fixed: one === 1, size: 1 }));
  weights.forEach((weight, i) => {
    const [a, b] = [ends[i * 2]!, ends[i * 2 + 1]!];
    if (a === b) return;
    if (graph.hasEdge(a, b)) graph.updateEdgeAttribute(graph.edge(a, b)!, 'weight', (old: number | undefined) => (old ?? 0) + weight);
    else graph.addEdge(a, b, { weight });
  });
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: graph.order > 800, strongGravityMode: false, linLogMode: true, outboundAttractionDistribution: false, gravity: 0.08, scalingRatio: 2, adjustSizes: false, edgeWeightInfluence: 0.6, slowDown: 3 };
  const batch = graph.order > 3000 ? 4 : 12;
  let left = order.iterations;
  let told = 0;
  const step = () => {
    if (turn !== mine) return;
    if (graph.order > 1) forceAtlas2.assign(graph, { iterations: Math.min(batch, left), settings, getEdgeWeight: 'weight' });
    left -= batch;
    if (left <= 0 || performance.now() - told > OFTEN) {
      told = performance.now();
      const places = new Float32Array(graph.order * 2);
      let i = 0;
      graph.forEachNode((_, { x, y }) => {
        places[i++] = x as number;
        places[i++] = y as number;
      });
      postMessage({ turn: order.turn, xy: places, done: left <= 0 } satisfies Placed, { transfer: [places.buffer] });
    }
    if (left > 0) setTimeout(step, 0);
  };
  step();
};
