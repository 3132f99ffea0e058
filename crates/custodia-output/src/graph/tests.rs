//! The graph is compared with the slow way of saying the same, and what is written with what another reader finds.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::{BytesStart, Event};

use super::*;

const NAMES: [&str; 8] = ["ada", "ben", "cem", "dea", "eli", "fay", "gil", "hal"];

fn node(id: &str) -> Node {
    Node { id: id.into(), ..Node::default() }
}

fn edge(from: usize, to: usize, kind: EdgeKind, weight: f64) -> Edge {
    Edge { from, to, kind, weight, count: 1, what: String::new() }
}

fn graph(edges: Vec<Edge>) -> Graph {
    Graph::new(NAMES.map(node).to_vec(), edges).unwrap()
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

fn some_edges(chance: &mut Chance, many: usize) -> Vec<Edge> {
    let weights = [1.0, 0.5, 0.25, 1.0 / 3.0, 0.1, 0.2, 0.3];
    let edges = (0..many).map(|_| {
        let (from, to) = (chance.below(NAMES.len()), chance.below(NAMES.len()));
        let what = ["", "a@g.us", "a@g.us b@g.us"][chance.below(3)].to_owned();
        Edge { what, ..edge(from, to, EdgeKind::ALL[chance.below(4)], weights[chance.below(weights.len())]) }
    });
    edges.collect()
}

#[test]
fn what_makes_no_graph_is_said() {
    let two = || vec![node("ben"), node("ada")];
    let cases = [
        (Graph::new(vec![node("ada"), node("")], vec![]), GraphError::NoId(1)),
        (Graph::new(vec![node("ada"), node("ada")], vec![]), GraphError::Twice("ada".into())),
        (Graph::new(two(), vec![edge(0, 2, EdgeKind::Shared, 1.0)]), GraphError::NoEnd { edge: 0, end: 2, nodes: 2 }),
        (Graph::new(two(), vec![edge(0, 1, EdgeKind::Shared, 0.0)]), GraphError::Weight { edge: 0, weight: 0.0 }),
    ];
    for (made, wanted) in cases {
        assert_eq!(made.unwrap_err(), wanted);
    }
    for weight in [f64::NAN, f64::INFINITY, -1.0] {
        let made = Graph::new(two(), vec![edge(0, 1, EdgeKind::Shared, weight)]);
        assert!(matches!(made, Err(GraphError::Weight { .. })), "{weight}");
    }
}

#[test]
fn the_order_that_is_given_does_not_matter() {
    let mut chance = Chance(7);
    let (nodes, mut edges) = (NAMES.map(node).to_vec(), some_edges(&mut chance, 60));
    let write = |graph: &Graph| {
        let mut out = Vec::new();
        graphml::write(graph, &Filter::default(), &mut out).unwrap();
        gexf::write(graph, &Filter::default(), &mut out).unwrap();
        out
    };
    let wanted = write(&Graph::new(nodes.clone(), edges.clone()).unwrap());
    for _ in 0..10 {
        for place in (1..edges.len()).rev() {
            edges.swap(place, chance.below(place + 1));
        }
        let by = chance.below(nodes.len());
        let mut turned = nodes.clone();
        turned.rotate_left(by);
        let place = |old: usize| (old + nodes.len() - by) % nodes.len();
        let edges = edges.iter().map(|edge| Edge { from: place(edge.from), to: place(edge.to), ..edge.clone() });
        assert!(write(&Graph::new(turned, edges).unwrap()) == wanted);
    }
}

#[test]
fn pairs_of_groups() {
    let groups = |list: &[(&str, &[usize])]| -> Vec<(String, Vec<usize>)> {
        list.iter().map(|(address, members)| ((*address).to_owned(), members.to_vec())).collect()
    };
    // Of group b one list names a member twice and another list names the rest; c has nobody to tie.
    let given = groups(&[("b", &[2, 0, 2]), ("a", &[0, 2]), ("c", &[1]), ("b", &[1, 0]), ("d", &[])]);
    let tie = |from, to, weight, count, what: &str| Edge {
        count,
        what: what.into(),
        ..edge(from, to, EdgeKind::CoMembership, weight)
    };
    let wanted = [tie(0, 1, 0.5, 1, "b"), tie(0, 2, 1.5, 2, "a b"), tie(1, 2, 0.5, 1, "b")];
    assert_eq!(co_membership(&given).collect::<Vec<_>>(), wanted);
}

#[test]
fn pairs_of_groups_the_slow_way() {
    let mut chance = Chance(1);
    let mut given: Vec<(String, Vec<usize>)> = (0..12)
        .map(|group| (format!("{group:02}@g.us"), (0..2 + chance.below(9)).map(|_| chance.below(30)).collect()))
        .collect();
    let mut slow: BTreeMap<(usize, usize), (f64, Vec<&str>)> = BTreeMap::new();
    for (address, members) in &given {
        let members: BTreeSet<usize> = members.iter().copied().collect();
        for &from in &members {
            for &to in members.range(from + 1..) {
                let pair = slow.entry((from, to)).or_default();
                pair.0 += 1.0 / (members.len() - 1) as f64;
                pair.1.push(address);
            }
        }
    }
    let slow: Vec<Edge> = slow
        .into_iter()
        .map(|((from, to), (weight, what))| Edge {
            count: i64::try_from(what.len()).unwrap(),
            what: what.join(" "),
            ..edge(from, to, EdgeKind::CoMembership, weight)
        })
        .collect();
    assert_eq!(co_membership(&given).collect::<Vec<_>>(), slow);
    given.reverse();
    assert_eq!(co_membership(&given).collect::<Vec<_>>(), slow);
}

#[test]
fn components_by_size_then_id() {
    use EdgeKind::*;
    let given = vec![
        edge(6, 7, Shared, 0.1),
        edge(5, 1, Invited, 1.0),
        edge(1, 2, CoMembership, 0.5),
        edge(4, 0, LinkSent, 1.0),
        edge(3, 3, Shared, 1.0),
    ];
    let graph = graph(given);
    assert_eq!(walk::components(&graph, &Filter::default()), [vec![1, 2, 5], vec![0, 4], vec![6, 7], vec![3]]);
    let strong = Filter { threshold: 0.5, kinds: vec![Shared, CoMembership] };
    let wanted: [&[usize]; 7] = [&[1, 2], &[0], &[3], &[4], &[5], &[6], &[7]];
    assert_eq!(walk::components(&graph, &strong), wanted);
}

#[test]
fn neighbours_by_weight_then_id() {
    use EdgeKind::*;
    let given = vec![
        edge(0, 4, CoMembership, 0.5),
        edge(0, 2, Invited, 1.0),
        edge(2, 0, LinkSent, 0.5),
        edge(0, 0, Shared, 9.0),
        edge(3, 0, CoMembership, 0.5),
    ];
    let graph = graph(given);
    let near = |filter: &Filter| -> Vec<(usize, f64, usize)> {
        let ties = walk::neighbours(&graph, filter, 0).into_iter();
        ties.map(|tie| (tie.to, tie.weight, tie.edges.len())).collect()
    };
    assert_eq!(near(&Filter::default()), [(2, 1.5, 2), (3, 0.5, 1), (4, 0.5, 1)]);
    assert_eq!(near(&Filter { kinds: vec![LinkSent], threshold: 0.0 }), [(2, 0.5, 1)]);
    assert_eq!(near(&Filter { threshold: 2.0, ..Filter::default() }), []);
    assert_eq!(walk::neighbours(&graph, &Filter::default(), 2)[0].edges[1], edge(2, 0, LinkSent, 0.5));
    assert_eq!(walk::neighbours(&graph, &Filter::default(), 99), []);
}

fn way(graph: &Graph, from: usize, to: usize) -> Option<Vec<usize>> {
    let steps = walk::path(graph, &Filter::default(), from, to)?;
    Some(std::iter::once(from).chain(steps.iter().map(|step| step.to)).collect())
}

#[test]
fn a_way_is_short_then_strong_then_small() {
    use EdgeKind::*;
    let short = graph(vec![
        edge(0, 1, Shared, 9.0),
        edge(1, 2, Shared, 9.0),
        edge(2, 3, Shared, 9.0),
        edge(3, 4, Shared, 0.1),
        edge(0, 4, Shared, 0.1),
    ]);
    assert_eq!(way(&short, 0, 3), Some(vec![0, 4, 3]));
    // By 1 with 1.0, by 2 with two edges of 0.6.
    let strong = graph(vec![
        edge(0, 1, Shared, 0.5),
        edge(1, 3, Shared, 0.5),
        edge(2, 0, Shared, 0.6),
        edge(2, 3, Invited, 0.3),
        edge(3, 2, LinkSent, 0.3),
    ]);
    assert_eq!(way(&strong, 0, 3), Some(vec![0, 2, 3]));
    let steps = walk::path(&strong, &Filter::default(), 0, 3).unwrap();
    assert_eq!(steps[1].edges, [edge(2, 3, Invited, 0.3), edge(3, 2, LinkSent, 0.3)]);
    // The same three weights in two orders: as sums of fractions, the larger ids would win by the last bit.
    let small = graph(vec![
        edge(0, 1, Shared, 0.3),
        edge(1, 2, Shared, 0.2),
        edge(2, 7, Shared, 0.1),
        edge(0, 3, Shared, 0.1),
        edge(3, 4, Shared, 0.2),
        edge(4, 7, Shared, 0.3),
    ]);
    assert_eq!(way(&small, 0, 7), Some(vec![0, 1, 2, 7]));
    assert_eq!(way(&small, 7, 0), Some(vec![7, 2, 1, 0]));
    assert_eq!(way(&small, 5, 5), Some(vec![5]));
    assert_eq!(way(&small, 5, 6), None);
    assert_eq!(way(&small, 0, 8), None);
}

/// Every way there is, for graphs small enough.
#[test]
fn a_way_the_slow_way() {
    let mut chance = Chance(3);
    for round in 0..200 {
        let graph = graph(some_edges(&mut chance, 4 + round % 12));
        let near: Vec<BTreeMap<usize, i64>> = (0..NAMES.len())
            .map(|node| {
                let ties = walk::neighbours(&graph, &Filter::default(), node);
                let weight = |edge: &Edge| format!("{:.0}", edge.weight * 1e9).parse::<i64>().unwrap();
                ties.iter().map(|tie| (tie.to, tie.edges.iter().map(weight).sum())).collect()
            })
            .collect();
        let (from, to) = (chance.below(NAMES.len()), chance.below(NAMES.len()));
        let mut best: Option<(usize, i64, Vec<usize>)> = None;
        let mut open = vec![(0, vec![from])];
        while let Some((sum, way)) = open.pop() {
            let last = *way.last().unwrap();
            if last == to {
                let found = (way.len(), -sum, way);
                best = Some(best.map_or(found.clone(), |best| best.min(found)));
                continue;
            }
            for (&next, weight) in &near[last] {
                if !way.contains(&next) {
                    open.push((sum + weight, [way.as_slice(), &[next]].concat()));
                }
            }
        }
        assert_eq!(way(&graph, from, to), best.map(|(_, _, way)| way), "round {round}");
    }
}

const HOSTILE: [&str; 8] = [
    "</node><script>alert(1)</script>&amp;&#0;",
    "\" directed='x' ]]>",
    "gpj.\u{202e}exe \u{2066}\u{feff}",
    "a\u{0}b\u{1f}\u{fffe}\u{ffff}\u{b}",
    "tab\tline\nreturn\rnel\u{85}sep\u{2028}",
    "  blanks  around  ",
    "Ana ñ 日本 😀\u{301}",
    "<!--<![CDATA[<?xml",
];

fn hostile() -> Graph {
    let mut nodes: Vec<Node> = HOSTILE
        .iter()
        .map(|name| Node {
            id: format!("{name}@s.whatsapp.net"),
            label: (*name).into(),
            country: Some((*name).into()),
            groups: 3,
            messages: -1,
            owner_of: (*name).into(),
        })
        .collect();
    // Three that XML cannot tell apart, and one that looks like the number of the second.
    nodes.extend(["x\u{1}", "x\u{2}", "x\u{fffd}", "x\u{fffd} (2)"].map(node));
    let edges = (0..nodes.len()).flat_map(|place| {
        let to = (place + 1) % HOSTILE.len();
        EdgeKind::ALL.map(|kind| Edge { what: HOSTILE[to].into(), ..edge(place, to, kind, 0.1 + 0.2) })
    });
    let edges: Vec<Edge> = edges.collect();
    Graph::new(nodes, edges).unwrap()
}

/// What must come out of a file for a text that went in.
fn kept(text: &str) -> String {
    text.replace(['\0', '\u{1}', '\u{2}', '\u{b}', '\u{1f}', '\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Attributes and data of every `node` and `edge`, by name, entities resolved by a reader that is not ours.
fn read_back(file: &[u8]) -> Vec<(String, BTreeMap<String, String>)> {
    let text = std::str::from_utf8(file).unwrap();
    assert!(!text.contains(['\0', '\u{1}', '\u{2}', '\u{b}', '\u{1f}', '\u{fffe}', '\u{ffff}', '\r', '\t']));
    let mut reader = quick_xml::Reader::from_str(text);
    let attributes = |start: &BytesStart<'_>| -> BTreeMap<String, String> {
        let all = start.attributes().map(|attribute| attribute.unwrap());
        all.map(|attribute| {
            let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
            (attribute.key.as_ref().to_owned(), value)
        })
        .collect()
    };
    let mut found: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    let mut data: Option<(String, String)> = None;
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                depth += 1;
                match start.name().as_ref() {
                    name @ ("node" | "edge") => found.push((name.to_owned(), attributes(&start))),
                    "data" => data = Some((attributes(&start)["key"].clone(), String::new())),
                    _ => {}
                }
            }
            Event::Empty(start) if start.name().as_ref() == "attvalue" => {
                let value = attributes(&start);
                let before = found.last_mut().unwrap().1.insert(value["for"].clone(), value["value"].clone());
                // The kind stands twice: for Gephi and for others.
                assert!(before.is_none_or(|before| value["for"] == "kind" && before == value["value"]));
            }
            Event::Text(part) if data.is_some() => data.as_mut().unwrap().1.push_str(&part.xml10_content()),
            Event::GeneralRef(entity) if data.is_some() => {
                let text = quick_xml::escape::unescape(&format!("&{};", &*entity)).unwrap().into_owned();
                data.as_mut().unwrap().1.push_str(&text);
            }
            Event::End(_) => {
                depth -= 1;
                if let Some((key, value)) = data.take() {
                    assert_eq!(found.last_mut().unwrap().1.insert(key, value), None);
                }
            }
            Event::Comment(_) | Event::CData(_) | Event::DocType(_) | Event::PI(_) => panic!("a name was obeyed"),
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    found
}

#[test]
fn hostile_names_are_names() {
    let graph = hostile();
    let mut ids: Vec<String> = graph.nodes().iter().map(|node| kept(&node.id)).collect();
    // Those that can be written keep their ids; the others are numbered past them.
    for (id, number) in [("x\u{1}", 3), ("x\u{2}", 4)] {
        ids[graph.find(id).unwrap()] = format!("x\u{fffd} ({number})");
    }
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), graph.nodes().len());
    type Writer = fn(&Graph, &Filter, &mut dyn std::io::Write) -> std::io::Result<()>;
    for write in [graphml::write as Writer, gexf::write] {
        let mut out = Vec::new();
        write(&graph, &Filter::default(), &mut out).unwrap();
        let mut found = read_back(&out).into_iter();
        let text = |value: &str| (!value.is_empty()).then(|| kept(value));
        for (node, id) in graph.nodes().iter().zip(&ids) {
            let (name, values) = found.next().unwrap();
            assert_eq!((name.as_str(), &values["id"]), ("node", id));
            assert_eq!(values["label"], kept(if node.label.is_empty() { &node.id } else { &node.label }));
            assert_eq!(values.get("country").cloned(), node.country.as_deref().and_then(text));
            assert_eq!(values.get("owner_of").cloned(), text(&node.owner_of));
            assert_eq!((values["groups"].parse(), values["messages"].parse()), (Ok(node.groups), Ok(node.messages)));
        }
        for (number, edge) in graph.edges(&Filter::default()).enumerate() {
            let (name, values) = found.next().unwrap();
            assert_eq!((name.as_str(), values["id"].clone()), ("edge", format!("e{number}")));
            assert_eq!((&values["source"], &values["target"]), (&ids[edge.from], &ids[edge.to]));
            assert_eq!(values["kind"], edge.kind.name());
            assert_eq!(values["weight"].parse(), Ok(edge.weight));
            assert_eq!(values["count"], "1");
            assert_eq!(values.get("what").cloned(), text(&edge.what));
            assert_eq!(values["mutual"], (edge.kind == EdgeKind::CoMembership).to_string());
        }
        assert_eq!(found.next(), None);
    }
}

#[test]
fn a_file_is_of_one_direction() {
    let graph = hostile();
    let undirected = Filter { kinds: vec![EdgeKind::CoMembership], threshold: 0.0 };
    for (filter, edges, direction) in [(Filter::default(), 48, "directed"), (undirected, 12, "undirected")] {
        let mut out = Vec::new();
        graphml::write(&graph, &filter, &mut out).unwrap();
        assert!(String::from_utf8_lossy(&out).contains(&format!("edgedefault=\"{direction}\"")));
        let found = read_back(&out);
        let of: Vec<_> = found.iter().filter(|(name, _)| name == "edge").map(|(_, values)| values).collect();
        assert_eq!(of.len(), edges);
        assert!(of.iter().all(|values| values["directed"] == (direction == "directed").to_string()));
        out.clear();
        gexf::write(&graph, &filter, &mut out).unwrap();
        assert!(String::from_utf8_lossy(&out).contains(&format!("defaultedgetype=\"{direction}\"")));
        let found = read_back(&out);
        let of: Vec<_> = found.iter().filter(|(name, _)| name == "edge").map(|(_, values)| values).collect();
        assert_eq!(of.len(), edges);
        assert!(of.iter().all(|values| values["type"] == direction));
    }
}

#[test]
fn an_edge_keeps_its_id_whatever_is_left_out() {
    let graph = graph(vec![edge(0, 1, EdgeKind::CoMembership, 0.1), edge(0, 1, EdgeKind::Invited, 1.0)]);
    let mut out = Vec::new();
    graphml::write(&graph, &Filter { threshold: 0.5, ..Filter::default() }, &mut out).unwrap();
    let wanted = "<edge id=\"e1\" source=\"ada\" target=\"ben\" directed=\"true\">\
                  <data key=\"weight\">1</data><data key=\"kind\">invited</data><data key=\"count\">1</data>\
                  <data key=\"mutual\">false</data></edge>\n</graph>\n</graphml>\n";
    assert!(String::from_utf8(out.clone()).unwrap().ends_with(wanted));
    out.clear();
    gexf::write(&graph, &Filter { threshold: 0.5, ..Filter::default() }, &mut out).unwrap();
    let wanted = "<edges>\n\
                  <edge id=\"e1\" source=\"ada\" target=\"ben\" type=\"directed\" kind=\"invited\" weight=\"1\">\
                  <attvalues><attvalue for=\"kind\" value=\"invited\"/><attvalue for=\"count\" value=\"1\"/>\
                  <attvalue for=\"mutual\" value=\"false\"/></attvalues></edge>\n</edges>\n</graph>\n</gexf>\n";
    assert!(String::from_utf8(out).unwrap().ends_with(wanted));
}
