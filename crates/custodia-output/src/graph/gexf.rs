//! GEXF 1.3, as Gephi (from 0.9.3) and networkx (`read_gexf`) read it.
//!
//! 1.3 and not 1.2, because only it has `kind`, by which Gephi keeps several edges between the same two nodes. networkx
//! knows its namespace and finds the version by itself; of `kind` it takes no notice, so the kind is a column too.
//! The rule on directions is that of `graphml.rs`, for the same reason.

use std::io::{self, Write};

use super::xml::{self, Column};
use super::{Filter, Graph};

/// Writes the nodes and the edges that pass. Every node is written, also one without an edge.
pub fn write(graph: &Graph, filter: &Filter, out: &mut dyn Write) -> io::Result<()> {
    let direction = if filter.directed() { "directed" } else { "undirected" };
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\">\n\
         <meta><creator>Custodia</creator><description>",
    );
    text.push_str(&xml::escaped(&format!("weight: {}", xml::WEIGHT)));
    for Column { name, about, .. } in xml::OF_NODES.iter().chain(&xml::OF_EDGES) {
        text.push_str(&xml::escaped(&format!(" {name}: {about}")));
    }
    text.push_str("</description></meta>\n");
    text.push_str(&format!("<graph defaultedgetype=\"{direction}\" mode=\"static\">\n"));
    attributes("node", &xml::OF_NODES, &mut text);
    attributes("edge", &xml::OF_EDGES, &mut text);
    text.push_str("<nodes>\n");
    let ids = xml::ids(graph);
    for (node, id) in graph.nodes.iter().zip(&ids) {
        text.push_str(&format!("<node id=\"{id}\" label=\""));
        xml::escape(xml::label(node), &mut text);
        text.push_str("\">");
        values(&xml::OF_NODES, &xml::of_node(node), &mut text);
        text.push_str("</node>\n");
        flush(&mut text, out)?;
    }
    text.push_str("</nodes>\n<edges>\n");
    for (place, link) in graph.passing(filter) {
        let (from, to) = (&ids[link.from as usize], &ids[link.to as usize]);
        let (kind, weight) = (link.kind.name(), link.weight);
        text.push_str(&format!("<edge id=\"e{place}\" source=\"{from}\" target=\"{to}\" type=\"{direction}\""));
        text.push_str(&format!(" kind=\"{kind}\" weight=\"{weight}\">"));
        values(&xml::OF_EDGES, &xml::of_edge(graph, link), &mut text);
        text.push_str("</edge>\n");
        flush(&mut text, out)?;
    }
    text.push_str("</edges>\n</graph>\n</gexf>\n");
    flush(&mut text, out)
}

fn attributes(of: &str, columns: &[Column], text: &mut String) {
    text.push_str(&format!("<attributes class=\"{of}\" mode=\"static\">"));
    for Column { name, kind, .. } in columns {
        text.push_str(&format!("<attribute id=\"{name}\" title=\"{name}\" type=\"{kind}\"/>"));
    }
    text.push_str("</attributes>\n");
}

fn values(columns: &[Column], values: &[Option<std::borrow::Cow<'_, str>>], text: &mut String) {
    text.push_str("<attvalues>");
    for (Column { name, .. }, value) in columns.iter().zip(values) {
        if let Some(value) = value {
            text.push_str(&format!("<attvalue for=\"{name}\" value=\""));
            xml::escape(value, text);
            text.push_str("\"/>");
        }
    }
    text.push_str("</attvalues>");
}

fn flush(text: &mut String, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text.as_bytes())?;
    text.clear();
    Ok(())
}
