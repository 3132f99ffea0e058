//! The graph of accounts, in memory: who is tied to whom, by what, how strongly.
//!
//! It asks nothing. Whoever asks the case gives the nodes and the edges; here they are sorted, walked (`walk.rs`) and
//! written for programs that draw and count (`graphml.rs`, `gexf.rs`). The order in which they are given does not
//! matter: nodes stand by id, edges by their ends and kind, so equal graphs give equal bytes.

mod co_membership;
pub mod gexf;
pub mod graphml;
pub mod walk;
mod xml;

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::Arc;

pub use co_membership::co_membership;

/// A person, by the account that stands for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// The account that stands for the person; unique in a graph.
    pub id: String,
    /// What is shown; the id where it is empty.
    pub label: String,
    /// Country of the account, where the numbering plan says one.
    pub country: Option<String>,
    /// Groups that the person is known to have been in.
    pub groups: i64,
    /// Messages that the person is known to have sent.
    pub messages: i64,
    /// Labels of the exhibits that are the person's own, blanks between; empty if none.
    pub owner_of: String,
}

/// What ties two persons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// Both were members of a group; the only kind without a direction.
    CoMembership,
    /// `from` let `to` into a group.
    Invited,
    /// `from` sent an invitation link that `to` was sent or came by.
    LinkSent,
    /// `from` shared a file that `to` shared later.
    Shared,
}

impl EdgeKind {
    /// Every kind, in the order in which edges of one pair stand.
    pub const ALL: [EdgeKind; 4] = [EdgeKind::CoMembership, EdgeKind::Invited, EdgeKind::LinkSent, EdgeKind::Shared];

    /// Its name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            EdgeKind::CoMembership => "co_membership",
            EdgeKind::Invited => "invited",
            EdgeKind::LinkSent => "link_sent",
            EdgeKind::Shared => "shared",
        }
    }

    /// Whether `from` and `to` may not be exchanged.
    pub fn directed(self) -> bool {
        self != EdgeKind::CoMembership
    }
}

/// A tie of two persons.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Who acted: a place in the list of nodes.
    pub from: usize,
    /// Upon whom: a place in the list of nodes. Without a direction, the later of the two.
    pub to: usize,
    /// What ties them.
    pub kind: EdgeKind,
    /// How strongly; above 0.
    pub weight: f64,
    /// Rows behind it.
    pub count: i64,
    /// Groups or the like, blanks between; may be empty.
    pub what: String,
}

/// A tie as it is kept, lent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lent<'a> {
    /// As in [`Edge`].
    pub from: usize,
    /// As in [`Edge`].
    pub to: usize,
    /// As in [`Edge`].
    pub kind: EdgeKind,
    /// As in [`Edge`].
    pub weight: f64,
    /// As in [`Edge`].
    pub count: i64,
    /// As in [`Edge`].
    pub what: &'a str,
}

/// Which edges count, in walks and in files.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    /// Least weight, of any kind.
    pub threshold: f64,
    /// Kinds.
    pub kinds: Vec<EdgeKind>,
}

impl Default for Filter {
    /// Every edge.
    fn default() -> Filter {
        Filter { threshold: 0.0, kinds: EdgeKind::ALL.to_vec() }
    }
}

impl Filter {
    fn passes(&self, link: &Link) -> bool {
        link.weight >= self.threshold && self.kinds.contains(&link.kind)
    }

    /// Whether an edge with a direction could pass. It asks the kinds and not the edges, so that the same settings give
    /// the same form of file, whatever a case holds.
    fn directed(&self) -> bool {
        self.kinds.iter().any(|kind| kind.directed())
    }
}

/// Why no graph could be made of what was given.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum GraphError {
    /// Readers of graphs drop a node without an id.
    #[error("node {0} has an empty id; its id is the account that stands for the person")]
    NoId(usize),
    /// Edges could not say which of them they mean.
    #[error("two nodes have the id {0:?}; give each person once")]
    Twice(String),
    /// An edge leads out of the list of nodes.
    #[error("edge {edge} has an end at node {end}, but there are {nodes} nodes")]
    NoEnd {
        /// The edge.
        edge: usize,
        /// Its end.
        end: usize,
        /// Nodes that were given.
        nodes: usize,
    },
    /// Gephi drops an edge that weighs 0, and what is no number has no place in an order.
    #[error("edge {edge} weighs {weight}; a weight is a number above 0")]
    Weight {
        /// The edge.
        edge: usize,
        /// Its weight.
        weight: f64,
    },
    /// Places are kept in 32 bits.
    #[error("more than {} nodes or edges; leave out weak edges before the graph is made", u32::MAX)]
    Many,
}

/// An edge as it is kept: 32 bytes, because a case can have ten million of them.
#[derive(Clone, Copy, Debug)]
struct Link {
    from: u32,
    to: u32,
    weight: f64,
    count: i64,
    /// A place in [`Graph::texts`].
    what: u32,
    kind: EdgeKind,
}

/// Nodes and edges that do not change any more.
#[derive(Debug)]
pub struct Graph {
    /// By id, so that a smaller place is a smaller id.
    nodes: Vec<Node>,
    /// By ends, then kind.
    links: Vec<Link>,
    /// What stands behind edges, each text once: thousands of pairs share the same groups.
    texts: Vec<Arc<str>>,
    /// Where the part of `near` begins that belongs to a node; one more than there are nodes.
    starts: Vec<usize>,
    /// Edges at each node, by the node at their other end, then as in `links`.
    near: Vec<u32>,
}

impl Graph {
    /// Sorts nodes and edges. Ends of edges are places in `nodes` as given; places in the graph are those of the nodes
    /// by id, see [`Graph::nodes`] and [`Graph::find`]. Edges are taken one by one, so they need not all be in memory.
    pub fn new(nodes: Vec<Node>, edges: impl IntoIterator<Item = Edge>) -> Result<Graph, GraphError> {
        let (nodes, places) = sorted(nodes)?;
        let mut texts: Vec<Arc<str>> = Vec::new();
        let mut known: HashMap<Arc<str>, u32> = HashMap::new();
        let mut links = Vec::new();
        for (number, edge) in edges.into_iter().enumerate() {
            let place = |end: usize| {
                places.get(end).copied().ok_or(GraphError::NoEnd { edge: number, end, nodes: places.len() })
            };
            let (mut from, mut to) = (place(edge.from)?, place(edge.to)?);
            if !edge.kind.directed() && from > to {
                (from, to) = (to, from);
            }
            if !(edge.weight > 0.0 && edge.weight.is_finite()) {
                return Err(GraphError::Weight { edge: number, weight: edge.weight });
            }
            let what = match known.get(edge.what.as_str()) {
                Some(&what) => what,
                None => {
                    let (what, text) = (small(texts.len())?, Arc::<str>::from(edge.what));
                    texts.push(Arc::clone(&text));
                    known.insert(text, what);
                    what
                }
            };
            links.push(Link { from, to, weight: edge.weight, count: edge.count, what, kind: edge.kind });
        }
        small(links.len())?;
        links.shrink_to_fit();
        links.sort_by(|a, b| order(a, b, &texts));
        let (starts, near) = neighbourhoods(nodes.len(), &links);
        Ok(Graph { nodes, links, texts, starts, near })
    }

    /// The nodes by id, in the order of bytes. Every place that a graph speaks of is a place here.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The place of an account.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.nodes.binary_search_by(|node| node.id.as_str().cmp(id)).ok()
    }

    /// The edges that pass, by ends and kind.
    pub fn edges<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = Edge> + 'a {
        self.passing(filter).map(|(_, link)| self.edge(link))
    }

    /// Places of all edges, the heaviest first, of equals in their own order; for [`Graph::lent`].
    pub fn heaviest(&self) -> Vec<u32> {
        let mut places: Vec<u32> = (0..).take(self.links.len()).collect();
        places.sort_by(|a, b| self.links[*b as usize].weight.total_cmp(&self.links[*a as usize].weight));
        places
    }

    /// An edge by its place among all.
    pub fn lent(&self, place: u32) -> Option<Lent<'_>> {
        let link = self.links.get(place as usize)?;
        let (from, to) = (link.from as usize, link.to as usize);
        Some(Lent { from, to, kind: link.kind, weight: link.weight, count: link.count, what: self.what(link) })
    }

    /// How many nodes a node is tied to.
    pub fn degree(&self, node: usize) -> usize {
        let other = |place: &u32| {
            let link = &self.links[*place as usize];
            if link.from as usize == node { link.to } else { link.from }
        };
        self.near(node).chunk_by(|a, b| other(a) == other(b)).count()
    }

    /// The edges that pass as they are kept, with their places among all edges.
    fn passing<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = (usize, &'a Link)> + 'a {
        self.links.iter().enumerate().filter(|(_, link)| filter.passes(link))
    }

    fn edge(&self, link: &Link) -> Edge {
        let (from, to) = (link.from as usize, link.to as usize);
        Edge { from, to, kind: link.kind, weight: link.weight, count: link.count, what: self.what(link).to_owned() }
    }

    fn what(&self, link: &Link) -> &str {
        &self.texts[link.what as usize]
    }

    /// The edges at a node as places in `links`; none for a place that no node has.
    fn near(&self, node: usize) -> &[u32] {
        match (self.starts.get(node), self.starts.get(node + 1)) {
            (Some(&start), Some(&end)) => &self.near[start..end],
            _ => &[],
        }
    }
}

/// The nodes by id, and where each of them came to stand.
fn sorted(mut nodes: Vec<Node>) -> Result<(Vec<Node>, Vec<u32>), GraphError> {
    if let Some(place) = nodes.iter().position(|node| node.id.is_empty()) {
        return Err(GraphError::NoId(place));
    }
    small(nodes.len())?;
    let mut old: Vec<usize> = (0..nodes.len()).collect();
    old.sort_by(|&a, &b| nodes[a].id.cmp(&nodes[b].id));
    let mut places = vec![0; nodes.len()];
    for (new, &old) in old.iter().enumerate() {
        places[old] = small(new)?;
    }
    nodes.sort_by(|a, b| a.id.cmp(&b.id));
    match nodes.windows(2).find(|pair| pair[0].id == pair[1].id) {
        Some(pair) => Err(GraphError::Twice(pair[0].id.clone())),
        None => Ok((nodes, places)),
    }
}

fn small(number: usize) -> Result<u32, GraphError> {
    u32::try_from(number).map_err(|_| GraphError::Many)
}

/// A total order: edges that stand beside each other in either order are equal in all that is written of them.
fn order(a: &Link, b: &Link, texts: &[Arc<str>]) -> Ordering {
    (a.from, a.to, a.kind).cmp(&(b.from, b.to, b.kind)).then_with(|| {
        let text = |link: &Link| &texts[link.what as usize];
        b.weight.total_cmp(&a.weight).then(b.count.cmp(&a.count)).then_with(|| text(a).cmp(text(b)))
    })
}

/// For each node, the edges at it. An edge from a node to itself ties nobody and is left out.
fn neighbourhoods(nodes: usize, links: &[Link]) -> (Vec<usize>, Vec<u32>) {
    let ends = |link: &Link| [link.from as usize, link.to as usize];
    let mut starts = vec![0; nodes + 1];
    for link in links.iter().filter(|link| link.from != link.to) {
        for end in ends(link) {
            starts[end + 1] += 1;
        }
    }
    for node in 0..nodes {
        starts[node + 1] += starts[node];
    }
    let mut next = starts.clone();
    let mut near = vec![0; starts[nodes]];
    for (place, link) in (0..).zip(links).filter(|(_, link)| link.from != link.to) {
        for end in ends(link) {
            near[next[end]] = place;
            next[end] += 1;
        }
    }
    for node in 0..nodes {
        // Almost sorted already: those from smaller nodes, then its own, then those from larger nodes.
        near[starts[node]..starts[node + 1]].sort_by_key(|&place| {
            let [from, to] = ends(&links[place as usize]);
            (if from == node { to } else { from }, place)
        });
    }
    (starts, near)
}

#[cfg(test)]
mod tests;
