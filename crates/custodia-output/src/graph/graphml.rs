//! GraphML, as networkx (`read_graphml`) and Gephi read it.
//!
//! networkx refuses a graph in which some edges have a direction and some have none, and Gephi drops those that differ
//! from `edgedefault`. So a file is of one form, by the kinds that were asked for:
//!
//! - co-membership alone: `edgedefault="undirected"`, every edge `directed="false"`;
//! - anything else: `edgedefault="directed"`, every edge `directed="true"`. A co-membership edge is written once, from
//!   the smaller id to the larger, and column `mutual` says that it runs both ways.
//!
//! Of several edges between the same two nodes networkx makes a multigraph; Gephi adds them up to one, since GraphML
//! has no word for kinds of edges: for all kinds at once give Gephi the other format. Ids are the accounts themselves,
//! so that files of several cases can be laid over each other. Keys are explained where they are declared. No schema is
//! named: nothing in the file points to a place that could be fetched.

use std::io::{self, Write};

use super::xml::{self, Column};
use super::{Filter, Graph};

/// Writes the nodes and the edges that pass. Every node is written, also one without an edge.
pub fn write(graph: &Graph, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    let directed = filter.directed();
    let default = if directed { "directed" } else { "undirected" };
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    key(&LABEL, "node", &mut text);
    xml::OF_NODES.iter().for_each(|column| key(column, "node", &mut text));
    key(&WEIGHT, "edge", &mut text);
    xml::OF_EDGES.iter().for_each(|column| key(column, "edge", &mut text));
    text.push_str(&format!("<graph id=\"accounts\" edgedefault=\"{default}\">\n"));
    let ids = xml::ids(graph);
    for (node, id) in graph.nodes.iter().zip(&ids) {
        text.push_str(&format!("<node id=\"{id}\">"));
        data(LABEL.name, xml::label(node), &mut text);
        for (column, value) in xml::OF_NODES.iter().zip(xml::of_node(node)) {
            value.iter().for_each(|value| data(column.name, value, &mut text));
        }
        text.push_str("</node>\n");
        flush(&mut text, out)?;
    }
    for (place, link) in graph.passing(filter) {
        let (from, to) = (&ids[link.from as usize], &ids[link.to as usize]);
        text.push_str(&format!("<edge id=\"e{place}\" source=\"{from}\" target=\"{to}\" directed=\"{directed}\">"));
        data(WEIGHT.name, &link.weight.to_string(), &mut text);
        for (column, value) in xml::OF_EDGES.iter().zip(xml::of_edge(graph, link)) {
            value.iter().for_each(|value| data(column.name, value, &mut text));
        }
        text.push_str("</edge>\n");
        flush(&mut text, out)?;
    }
    text.push_str("</graph>\n</graphml>\n");
    flush(&mut text, out)
}

const LABEL: Column = Column { name: "label", kind: "string", about: "What is shown." };
const WEIGHT: Column = Column { name: "weight", kind: "double", about: xml::WEIGHT };

fn key(column: &Column, of: &str, text: &mut String) {
    let Column { name, kind, about } = column;
    let about = xml::escaped(about);
    text.push_str(&format!(
        "<key id=\"{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"><desc>{about}</desc></key>\n"
    ));
}

fn data(key: &str, value: &str, text: &mut String) {
    text.push_str(&format!("<data key=\"{key}\">"));
    xml::escape(value, text);
    text.push_str("</data>");
}

fn flush(text: &mut String, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    text.clear();
    Ok(())
}
