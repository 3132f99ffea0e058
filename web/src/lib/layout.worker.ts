// Lays the graph out away from the page's own thread. Pinned persons stay where they are.

import Graph from 'graphology';
import forceAtlas2 from 'graphology-layout-forceatlas2';

export interface Order { nodes: { id: string; x: number; y: number; fixed: boolean; size: number }[]; edges: [string, string, number][]; iterations: number }
export interface Placed { ids: string[]; xy: Float32Array; done: boolean }

let turn = 0;

onmessage = (event: MessageEvent<Order | null>) => {
  const mine = ++turn;
  const order = event.data;
  if (!order) return;
  const graph = new Graph({ type: 'undirected', multi: false });
  for (const { id, ...rest } of order.nodes) graph.addNode(id, rest);
  for (const [a, b, weight] of order.edges) {
    if (a === b) continue;
    if (graph.hasEdge(a, b)) graph.updateEdgeAttribute(graph.edge(a, b)!, 'weight', (old: number | undefined) => (old ?? 0) + weight);
    else graph.addEdge(a, b, { weight });
  }
  const ids = order.nodes.map((node) => node.id);
  const settings = { ...forceAtlas2.inferSettings(graph), barnesHutOptimize: graph.order > 800, strongGravityMode: false, linLogMode: true, outboundAttractionDistribution: false, gravity: 0.08, scalingRatio: 2, adjustSizes: false, edgeWeightInfluence: 0.6, slowDown: 3 };
  const batch = graph.order > 3000 ? 4 : 12;
  let left = order.iterations;
  const step = () => {
    if (mine !== turn) return;
    if (graph.order > 1) forceAtlas2.assign(graph, { iterations: Math.min(batch, left), settings, getEdgeWeight: 'weight' });
    left -= batch;
    const xy = new Float32Array(ids.length * 2);
    ids.forEach((id, i) => {
      xy[i * 2] = graph.getNodeAttribute(id, 'x') as number;
      xy[i * 2 + 1] = graph.getNodeAttribute(id, 'y') as number;
    });
    postMessage({ ids, xy, done: left <= 0 } satisfies Placed, { transfer: [xy.buffer] });
    if (left > 0) setTimeout(step, 0);
  };
  step();
};
