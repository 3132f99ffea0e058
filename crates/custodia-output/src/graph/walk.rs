//! Ways through the graph: who hangs together, who is near, how one comes from one account to another.
//!
//! Walks ignore directions: whoever was invited knows the inviter. What an edge says of its direction is in the answer.

use super::{Edge, Filter, Graph, Link};

/// Two nodes with all that ties them.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// Where the walk stands.
    pub from: usize,
    /// Where it goes. Edges may run the other way.
    pub to: usize,
    /// Sum of the weights of the edges.
    pub weight: f64,
    /// The edges, by kind.
    pub edges: Vec<Edge>,
}

/// Everything that hangs together, as places of nodes in order: the largest first, of equals the one with the smallest
/// id. A node without an edge stands alone.
pub fn components(graph: &Graph, filter: &Filter) -> Vec<Vec<usize>> {
    let mut seen = vec![false; graph.nodes.len()];
    let mut components = Vec::new();
    for first in 0..seen.len() {
        if seen[first] {
            continue;
        }
        seen[first] = true;
        let mut members = vec![first];
        let mut done = 0;
        while let Some(&node) = members.get(done) {
            done += 1;
            for (other, _) in around(graph, filter, node) {
                if !seen[other] {
                    seen[other] = true;
                    members.push(other);
                }
            }
        }
        members.sort_unstable();
        components.push(members);
    }
    // The sort is stable, and they were found by their smallest ids.
    components.sort_by_key(|members| std::cmp::Reverse(members.len()));
    components
}

/// Those tied to a node: by weight, the strongest first, then by id. Empty for a place that no node has.
pub fn neighbours(graph: &Graph, filter: &Filter, node: usize) -> Vec<Tie> {
    let mut near: Vec<(usize, i128)> = around(graph, filter, node).collect();
    near.sort_by_key(|&(other, weight)| (std::cmp::Reverse(weight), other));
    near.into_iter().map(|(other, _)| tie(graph, filter, node, other)).collect()
}

/// The way from one node to another with the fewest steps; of these the one with the highest sum of weights; of these
/// the one with the smallest ids, compared from the beginning. `None` if there is no way, no step if it is one node.
pub fn path(graph: &Graph, filter: &Filter, from: usize, to: usize) -> Option<Vec<Tie>> {
    let nodes = graph.nodes.len();
    if from >= nodes || to >= nodes {
        return None;
    }
    let steps = steps_to(graph, filter, from, to);
    if steps[to] == FAR {
        return None;
    }
    // Back from the end, step by step: for each node the best that is still to come, and by which node.
    let mut best: Vec<Option<(i128, usize)>> = vec![None; nodes];
    best[to] = Some((0, to));
    let mut here = vec![to];
    for left in (0..steps[to]).rev() {
        let mut before = Vec::new();
        for &node in &here {
            let Some((sum, _)) = best[node] else { continue };
            for (other, weight) in around(graph, filter, node).filter(|&(other, _)| steps[other] == left) {
                let sum = sum.saturating_add(weight);
                match &mut best[other] {
                    None => {
                        best[other] = Some((sum, node));
                        before.push(other);
                    }
                    Some(known) if sum > known.0 || sum == known.0 && node < known.1 => *known = (sum, node),
                    Some(_) => {}
                }
            }
        }
        here = before;
    }
    let mut way = Vec::new();
    let mut node = from;
    while let Some((_, next)) = best[node].filter(|_| node != to) {
        way.push(tie(graph, filter, node, next));
        node = next;
    }
    Some(way)
}

/// A node that was not reached.
const FAR: usize = usize::MAX;

/// Steps from a node to all that are not farther than `to`.
fn steps_to(graph: &Graph, filter: &Filter, from: usize, to: usize) -> Vec<usize> {
    let mut steps = vec![FAR; graph.nodes.len()];
    steps[from] = 0;
    let mut here = vec![from];
    for step in 1.. {
        if here.is_empty() || steps[to] != FAR {
            break;
        }
        let mut beyond = Vec::new();
        for &node in &here {
            for (other, _) in around(graph, filter, node) {
                if steps[other] == FAR {
                    steps[other] = step;
                    beyond.push(other);
                }
            }
        }
        here = beyond;
    }
    steps
}

/// The nodes beside a node by id, each with the weight of all its edges.
fn around<'a>(graph: &'a Graph, filter: &'a Filter, node: usize) -> impl Iterator<Item = (usize, i128)> + 'a {
    let link = |place: &u32| &graph.links[*place as usize];
    let pairs = graph.near(node).chunk_by(move |a, b| other(link(a), node) == other(link(b), node));
    pairs.filter_map(move |pair| {
        let passing = pair.iter().map(link).filter(|link| filter.passes(link));
        let weight = passing.map(|link| billionths(link.weight)).reduce(i128::saturating_add)?;
        Some((other(link(&pair[0]), node), weight))
    })
}

fn tie(graph: &Graph, filter: &Filter, from: usize, to: usize) -> Tie {
    let near = graph.near(from);
    let link = |place: &u32| &graph.links[*place as usize];
    let start = near.partition_point(|place| other(link(place), from) < to);
    let between = near[start..].iter().map(link).take_while(|link| other(link, from) == to);
    let edges: Vec<Edge> = between.filter(|link| filter.passes(link)).map(|link| graph.edge(link)).collect();
    Tie { from, to, weight: edges.iter().map(|edge| edge.weight).sum(), edges }
}

fn other(link: &Link, node: usize) -> usize {
    (if link.from as usize == node { link.to } else { link.from }) as usize
}

/// Weights are compared as whole numbers, because a sum of fractions depends on its order: of two ways with the same
/// weights one would win by the last bit, and not by its ids.
fn billionths(weight: f64) -> i128 {
    (weight * 1e9).round() as i128
}
