//! `custodia graph CASE`: who was in groups with whom, who let whom in, whose shares whom reached.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use custodia_case::{Case, Questions};
use custodia_output::graph::{Edge, EdgeKind, Filter, Graph, Node, co_membership, gexf, graphml, walk};
use serde_json::json;

use super::threads;
use crate::failure::Failure;

/// The graph of the persons of all groups: exports for Gephi and networkx, paths, neighbours, components.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    custodia graph CASE export --format gexf --output persons.gexf --threshold 0.05\n  \
    custodia graph CASE path 34600000001@s.whatsapp.net 573000000002@s.whatsapp.net\n  \
    custodia graph CASE neighbours 34600000001@s.whatsapp.net --kinds invited,link-sent\n  \
    custodia graph CASE components --json\n\n\
    Co-membership weighs the sum over the shared groups of 1/(n-1), n being a group's members. A walk ignores directions.")]
pub struct GraphCommand {
    /// The case.
    case: PathBuf,
    #[command(subcommand)]
    what: What,
    /// Leave out ties of smaller weight.
    #[arg(long, global = true, default_value_t = 0.0, value_name = "WEIGHT")]
    threshold: f64,
    /// Kinds of ties; all without it.
    #[arg(long, global = true, value_enum, value_delimiter = ',', value_name = "KIND")]
    kinds: Vec<Kind>,
    /// Print the result as JSON.
    #[arg(long, global = true)]
    json: bool,
    /// Threads that answer.
    #[arg(long, global = true, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Subcommand)]
enum What {
    /// Write the graph to a file.
    Export {
        /// Form of the file.
        #[arg(long, short, value_enum, default_value_t = Form::Graphml)]
        format: Form,
        /// Where to write it; standard output without it.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// The shortest way between two persons, with the ties that make each step.
    Path {
        /// An account of the first person.
        from: String,
        /// An account of the second.
        to: String,
    },
    /// Whom a person is tied to, the strongest first.
    Neighbours {
        /// An account of the person.
        account: String,
        /// How many.
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
    },
    /// Persons that ties connect, the largest component first.
    Components,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Graphml,
    Gexf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    CoMembership,
    Invited,
    LinkSent,
    Shared,
}

impl GraphCommand {
    pub fn run(self) -> Result<(), Failure> {
        let case = Case::open(&self.case)?;
        let questions = Questions::open(&case, threads(self.threads))?;
        let kinds = self.kinds.iter().map(|kind| match kind {
            Kind::CoMembership => EdgeKind::CoMembership,
            Kind::Invited => EdgeKind::Invited,
            Kind::LinkSent => EdgeKind::LinkSent,
            Kind::Shared => EdgeKind::Shared,
        });
        let all = Filter::default();
        let kinds = if self.kinds.is_empty() { all.kinds } else { kinds.collect() };
        let filter = Filter { threshold: self.threshold, kinds };
        let graph = build(&questions)?;
        match self.what {
            What::Export { format, output } => export(&graph, &filter, format, output),
            What::Path { from, to } => {
                let (from, to) = (find(&questions, &graph, &from)?, find(&questions, &graph, &to)?);
                path(&graph, &filter, from, to, self.json)
            }
            What::Neighbours { account, limit } => {
                let node = find(&questions, &graph, &account)?;
                neighbours(&graph, &filter, node, limit, self.json)
            }
            What::Components => components(&graph, &filter, self.json),
        }
    }
}

/// The persons of all groups and what ties them.
pub fn build(questions: &Questions) -> Result<Graph, Failure> {
    let mut nodes: Vec<Node> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let sql = "SELECT a.person, max(a.names) AS names, max(c.country) AS country, max(a.groups) AS groups, max(a.messages) AS messages, \
               max(a.owner_of) AS owner_of FROM accounts a LEFT JOIN account_countries c ON c.account = a.person \
               GROUP BY a.person ORDER BY a.person";
    questions.each_row(sql, |cells| {
        places.insert(cells[0].clone(), nodes.len());
        let label = if cells[1].is_empty() { cells[0].clone() } else { cells[1].clone() };
        nodes.push(Node {
            id: cells[0].clone(),
            label,
            country: Some(cells[2].clone()).filter(|country| !country.is_empty()),
            groups: cells[3].parse().unwrap_or(0),
            messages: cells[4].parse().unwrap_or(0),
            owner_of: cells[5].clone(),
        });
    })?;
    let mut place = |nodes: &mut Vec<Node>, id: &str| {
        *places.entry(id.to_owned()).or_insert_with(|| {
            nodes.push(Node { id: id.to_owned(), label: id.to_owned(), ..Node::default() });
            nodes.len() - 1
        })
    };
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    questions.each_row("SELECT chat, person FROM members ORDER BY chat, person", |cells| {
        let member = place(&mut nodes, &cells[1]);
        groups.entry(cells[0].clone()).or_default().push(member);
    })?;
    let mut ties = Vec::new();
    questions.each_row("SELECT person, other, tie, count, chats FROM ties ORDER BY person, other, tie", |cells| {
        let kind = match cells[2].as_str() {
            "added" => EdgeKind::Invited,
            "carried" => EdgeKind::Shared,
            _ => EdgeKind::LinkSent,
        };
        let (from, to) = (place(&mut nodes, &cells[0]), place(&mut nodes, &cells[1]));
        let count: i64 = cells[3].parse().unwrap_or(1);
        ties.push(Edge { from, to, kind, weight: count as f64, count, what: cells[4].clone() });
    })?;
    let groups: Vec<(String, Vec<usize>)> = groups.into_iter().collect();
    // A link that was followed is also an invitation that was sent: one tie of a kind for a pair.
    ties.sort_by(|a, b| (a.from, a.to, a.kind.name()).cmp(&(b.from, b.to, b.kind.name())));
    ties.dedup_by(|next, kept| {
        let same = (next.from, next.to, next.kind) == (kept.from, kept.to, kept.kind);
        if same {
            kept.count = kept.count.max(next.count);
            kept.weight = kept.weight.max(next.weight);
            let groups: BTreeSet<&str> = kept.what.split(' ').chain(next.what.split(' ')).collect();
            kept.what = groups.into_iter().filter(|group| !group.is_empty()).collect::<Vec<_>>().join(" ");
        }
        same
    });
    Graph::new(nodes, co_membership(&groups).chain(ties)).map_err(Failure::input)
}

/// The person of an account.
pub fn find(questions: &Questions, graph: &Graph, account: &str) -> Result<usize, Failure> {
    questions.person(account)?.and_then(|person| graph.find(&person)).ok_or_else(|| {
        Failure::Input(format!("{account:?} is no account of this case; see `custodia ask CASE accounts`"))
    })
}

fn export(graph: &Graph, filter: &Filter, format: Form, output: Option<PathBuf>) -> Result<(), Failure> {
    let write = |out: &mut dyn Write| match format {
        Form::Graphml => graphml::write(graph, filter, out),
        Form::Gexf => gexf::write(graph, filter, out),
    };
    match output {
        Some(path) => {
            let failed = |why: io::Error| Failure::Input(format!("{}: cannot be written: {why}", path.display()));
            let mut file = BufWriter::new(File::create(&path).map_err(failed)?);
            write(&mut file).and_then(|()| file.flush()).map_err(failed)
        }
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            write(&mut out)?;
            Ok(out.flush()?)
        }
    }
}

fn tie_json(graph: &Graph, tie: &walk::Tie) -> serde_json::Value {
    let id = |place: usize| &graph.nodes()[place].id;
    let edges: Vec<_> = tie
        .edges
        .iter()
        .map(|edge| {
            json!({"from": id(edge.from), "to": id(edge.to), "kind": edge.kind.name(), "weight": edge.weight, "count": edge.count,
                   "what": edge.what})
        })
        .collect();
    json!({"from": id(tie.from), "to": id(tie.to), "weight": tie.weight, "edges": edges})
}

fn print_tie(graph: &Graph, tie: &walk::Tie) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let id = |place: usize| &graph.nodes()[place].id;
    writeln!(out, "{} - {}  weight {:.6}", id(tie.from), id(tie.to), tie.weight)?;
    for edge in &tie.edges {
        writeln!(
            out,
            "    {} {} -> {}  weight {:.6}, {} rows  {}",
            edge.kind.name(),
            id(edge.from),
            id(edge.to),
            edge.weight,
            edge.count,
            edge.what
        )?;
    }
    Ok(())
}

fn path(graph: &Graph, filter: &Filter, from: usize, to: usize, as_json: bool) -> Result<(), Failure> {
    let Some(steps) = walk::path(graph, filter, from, to) else {
        return Err(Failure::Differs("no way leads from one to the other by these ties".into()));
    };
    if as_json {
        say!("{}", serde_json::Value::from(steps.iter().map(|step| tie_json(graph, step)).collect::<Vec<_>>()));
        return Ok(());
    }
    say!("{} steps", steps.len());
    steps.iter().try_for_each(|step| print_tie(graph, step))
}

fn neighbours(graph: &Graph, filter: &Filter, node: usize, limit: usize, as_json: bool) -> Result<(), Failure> {
    let ties = walk::neighbours(graph, filter, node);
    let shown = ties.iter().take(limit);
    if as_json {
        let list: Vec<_> = shown.map(|tie| tie_json(graph, tie)).collect();
        say!("{}", json!({"neighbours": ties.len(), "ties": list}));
        return Ok(());
    }
    say!("{} neighbours", ties.len());
    for tie in shown {
        print_tie(graph, tie)?;
    }
    Ok(())
}

fn components(graph: &Graph, filter: &Filter, as_json: bool) -> Result<(), Failure> {
    let components = walk::components(graph, filter);
    let ids = |component: &[usize]| component.iter().map(|place| graph.nodes()[*place].id.clone()).collect::<Vec<_>>();
    if as_json {
        let list: Vec<_> =
            components.iter().map(|component| json!({"size": component.len(), "persons": ids(component)})).collect();
        say!("{}", serde_json::Value::from(list));
        return Ok(());
    }
    say!("{} components", components.len());
    for component in components.iter().filter(|component| component.len() > 1) {
        say!("{} persons, the first {}", component.len(), graph.nodes()[component[0]].id);
    }
    let alone = components.iter().filter(|component| component.len() == 1).count();
    say!("{alone} persons without a tie");
    Ok(())
}
