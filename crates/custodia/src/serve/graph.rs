//! The graph of persons: the strongest ties, those around one person, a way between two, and the rows behind a tie.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use custodia_case::pages::{Op, Wanted, Where};
use custodia_model::Time;
use custodia_output::graph::{EdgeKind, Filter, Graph, Lent, walk};
use serde_json::{Value as Json, json};

use super::App;
use super::answer::{Answer, Wrong, cell, instant};
use super::asked::Asked;
use super::opened::Opened;
use super::session::Session;
use crate::commands::graph::build;
use crate::failure::Failure;

/// Ties of an answer, where nothing else is asked for, and at most.
const USUAL: usize = 10_000;
const MOST: usize = 50_000;

/// First and last instant of something.
type Span = (Option<i64>, Option<i64>);

/// The graph with what its answers need.
pub struct Persons {
    graph: Graph,
    /// Places of all ties, the heaviest first.
    heaviest: Vec<u32>,
    degrees: Vec<usize>,
    /// Messages of a person that name known material.
    known: Vec<i64>,
    /// When ties with a direction were first and last seen.
    directed: HashMap<(usize, usize, &'static str), Span>,
    /// When a person came into a group and left it.
    inside: HashMap<String, HashMap<usize, Span>>,
}

/// The graph of the case as it is open, made when it is first asked for.
pub fn persons(app: &App, opened: &Opened) -> Result<Arc<Persons>, Wrong> {
    let state = opened.questions.fingerprint(&["accounts", "account_countries", "members", "ties", "known_hits"])?;
    app.persons.get(&state, || make(opened)).map_err(|why: Failure| Wrong::new(500, why.to_string()))
}

fn make(opened: &Opened) -> Result<Persons, Failure> {
    let questions = &opened.questions;
    let graph = build(questions)?;
    let at = |text: &str| Time::from_iso(text).map(|time| time.0);
    let mut directed = HashMap::new();
    questions.each_row(
        "SELECT person, other, tie, first_at, last_at FROM ties ORDER BY person, other, tie",
        |cells| {
            if let (Some(from), Some(to)) = (graph.find(&cells[0]), graph.find(&cells[1])) {
                let kind = match cells[2].as_str() {
                    "added" => EdgeKind::Invited,
                    "carried" => EdgeKind::Shared,
                    _ => EdgeKind::LinkSent,
                };
                let span: &mut Span = directed.entry((from, to, kind.name())).or_default();
                *span = (earlier(span.0, at(&cells[3])), span.1.max(at(&cells[4])));
            }
        },
    )?;
    let mut inside: HashMap<String, HashMap<usize, Span>> = HashMap::new();
    questions.each_row(
        "SELECT chat, person, first_entered, last_ended FROM members ORDER BY chat, person",
        |cells| {
            if let Some(person) = graph.find(&cells[1]) {
                inside.entry(cells[0].clone()).or_default().insert(person, (at(&cells[2]), at(&cells[3])));
            }
        },
    )?;
    let mut known = vec![0; graph.nodes().len()];
    let sql = "SELECT sender, count(DISTINCT chat || ' ' || key) FROM shared_hits GROUP BY sender";
    questions.each_row(sql, |cells| {
        if let Some(person) = graph.find(&cells[0]) {
            known[person] = cells[1].parse().unwrap_or(0);
        }
    })?;
    let degrees = (0..graph.nodes().len()).map(|node| graph.degree(node)).collect();
    Ok(Persons { heaviest: graph.heaviest(), degrees, known, directed, inside, graph })
}

fn earlier(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Persons {
    /// When a tie was first and last seen; for a shared group, when both were in it.
    fn span(&self, edge: &Lent<'_>) -> Span {
        if edge.kind.directed() {
            return self.directed.get(&(edge.from, edge.to, edge.kind.name())).copied().unwrap_or_default();
        }
        let (mut first, mut last, mut open) = (None, None, false);
        for chat in edge.what.split(' ') {
            let of = |person: usize| {
                self.inside.get(chat).and_then(|inside| inside.get(&person)).copied().unwrap_or_default()
            };
            let ((a_in, a_out), (b_in, b_out)) = (of(edge.from), of(edge.to));
            first = earlier(first, a_in.max(b_in));
            match earlier(a_out, b_out) {
                Some(out) => last = last.max(Some(out)),
                // Nothing says that either of them went.
                None => open = true,
            }
        }
        (first, if open { None } else { last })
    }

    fn node(&self, place: usize) -> Json {
        let node = &self.graph.nodes()[place];
        json!({
            "id": node.id, "label": node.label, "country": node.country, "groups": node.groups, "messages": node.messages,
            "owner_of": node.owner_of, "known": self.known[place], "degree": self.degrees[place],
        })
    }

    fn edge(&self, edge: &Lent<'_>) -> Json {
        let id = |place: usize| &self.graph.nodes()[place].id;
        let (first, last) = self.span(edge);
        let (kind, how) = match edge.kind {
            EdgeKind::CoMembership => ("co_membership", "same groups"),
            EdgeKind::Invited => ("invitation", "added"),
            EdgeKind::LinkSent => ("invitation", "link sent"),
            EdgeKind::Shared => ("share", "shared first, then carried on"),
        };
        json!({
            "a": id(edge.from), "b": id(edge.to), "kind": kind, "how": how, "weight": edge.weight, "count": edge.count,
            "first": instant(first), "last": instant(last), "groups": edge.what.split(' ').filter(|chat| !chat.is_empty()).collect::<Vec<_>>(),
        })
    }

    fn answer(&self, nodes: impl IntoIterator<Item = usize>, edges: Vec<Json>, cut: bool) -> Answer {
        let nodes: Vec<Json> = nodes.into_iter().map(|place| self.node(place)).collect();
        Answer::Json(json!({"nodes": nodes, "edges": edges, "cut": cut}))
    }

    fn find(&self, opened: &Opened, account: &str) -> Result<usize, Wrong> {
        let person = custodia_model::account::normalise(account).unwrap_or_else(|| account.to_owned());
        if let Some(place) = self.graph.find(&person) {
            return Ok(place);
        }
        let wanted = Wanted {
            columns: vec!["person".into()],
            wheres: vec![Where::new("account", Op::Eq, &person)],
            limit: 1,
            ..Wanted::default()
        };
        let page = opened.pages.rows("persons", &wanted)?;
        let person = page.rows.first().and_then(|row| row.first()).map(cell);
        let place = person.as_ref().and_then(Json::as_str).and_then(|person| self.graph.find(person));
        place.ok_or_else(|| Wrong::new(404, format!("{account:?} is no account of this case")))
    }
}

fn filter(asked: &Asked) -> Result<Filter, Wrong> {
    let mut kinds = Vec::new();
    for kind in asked.list("kinds") {
        kinds.extend(match kind.as_str() {
            "co_membership" => vec![EdgeKind::CoMembership],
            "invitation" => vec![EdgeKind::Invited, EdgeKind::LinkSent],
            "invited" => vec![EdgeKind::Invited],
            "link_sent" => vec![EdgeKind::LinkSent],
            "share" | "shared" => vec![EdgeKind::Shared],
            other => {
                return Err(Wrong::asked(format!("kinds: {other:?}; expected co_membership, invitation, share")));
            }
        });
    }
    if kinds.is_empty() {
        kinds = EdgeKind::ALL.to_vec();
    }
    Ok(Filter { threshold: asked.number("min", 0.0)?, kinds })
}

fn lent(edge: &custodia_output::graph::Edge) -> Lent<'_> {
    Lent { from: edge.from, to: edge.to, kind: edge.kind, weight: edge.weight, count: edge.count, what: &edge.what }
}

/// The strongest ties of all that pass.
pub fn strongest(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let filter = filter(asked)?;
    let limit = asked.limit(USUAL, MOST)?;
    let (group, country) = (asked.get("group"), asked.get("country").map(str::to_uppercase));
    let (from, to) = (asked.instant("from")?, asked.instant("to")?);
    let opened = app.cases.now()?;
    let persons = persons(app, &opened)?;
    let of_country = |place: usize| persons.graph.nodes()[place].country == country;
    let (mut nodes, mut edges, mut cut) = (BTreeSet::new(), Vec::new(), false);
    let all =
        persons.heaviest.iter().filter_map(|place| persons.graph.lent(*place)).filter(|edge| edge.from != edge.to);
    for edge in all.take_while(|edge| edge.weight >= filter.threshold).filter(|edge| filter.kinds.contains(&edge.kind))
    {
        if group.is_some_and(|group| !edge.what.split(' ').any(|chat| chat == group))
            || (country.is_some() && !of_country(edge.from) && !of_country(edge.to))
        {
            continue;
        }
        if from.is_some() || to.is_some() {
            // What is not dated is not in a span of time.
            let (first, last) = persons.span(&edge);
            let dated = first.or(last).is_some();
            if !dated
                || to.is_some_and(|to| first.is_some_and(|first| first > to))
                || from.is_some_and(|from| last.is_some_and(|last| last < from))
            {
                continue;
            }
        }
        if edges.len() == limit {
            cut = true;
            break;
        }
        nodes.extend([edge.from, edge.to]);
        edges.push(persons.edge(&edge));
    }
    Ok(persons.answer(nodes, edges, cut))
}

/// Those tied to one person, the strongest first.
pub fn neighbours(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let filter = filter(asked)?;
    let limit = asked.limit(200, MOST)?;
    let opened = app.cases.now()?;
    let persons = persons(app, &opened)?;
    let person = persons.find(&opened, asked.need("person")?)?;
    let ties = walk::neighbours(&persons.graph, &filter, person);
    let cut = ties.len() > limit;
    let shown = &ties[..ties.len().min(limit)];
    let edges = shown.iter().flat_map(|tie| &tie.edges).map(|edge| persons.edge(&lent(edge))).collect();
    Ok(persons.answer(std::iter::once(person).chain(shown.iter().map(|tie| tie.to)), edges, cut))
}

/// The shortest way between two persons.
pub fn path(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let filter = filter(asked)?;
    let opened = app.cases.now()?;
    let persons = persons(app, &opened)?;
    let (from, to) = (persons.find(&opened, asked.need("from")?)?, persons.find(&opened, asked.need("to")?)?);
    let Some(way) = walk::path(&persons.graph, &filter, from, to) else {
        return Ok(persons.answer([], Vec::new(), false));
    };
    let edges = way.iter().flat_map(|tie| &tie.edges).map(|edge| persons.edge(&lent(edge))).collect();
    Ok(persons.answer(std::iter::once(from).chain(way.iter().map(|tie| tie.to)), edges, false))
}

/// The rows behind a tie, each with its directions.
pub fn why(app: &App, _: &Session, asked: &Asked) -> Result<Answer, Wrong> {
    let (a, b) = (asked.need("a")?, asked.need("b")?);
    let opened = app.cases.now()?;
    let persons = persons(app, &opened)?;
    let (a, b) = (persons.find(&opened, a)?, persons.find(&opened, b)?);
    let id = |place: usize| persons.graph.nodes()[place].id.as_str();
    let kind = asked.get("kind").unwrap_or("co_membership");
    // Of each kind: views, their columns for the two persons, and the columns that are shown.
    let from_to: &[(&str, &str, &str, &[&str])] = match kind {
        "co_membership" => &[],
        "invitation" | "invited" | "link_sent" => &[
            ("invitations", "inviter", "invitee", &["chat", "at", "origin"]),
            ("link_entries", "inviter", "invitee", &["chat", "at", "link_origin"]),
        ],
        "share" | "shared" => &[("carriers", "seen_sender", "person", &["to_chat", "carried_at", "origin"])],
        other => return Err(Wrong::asked(format!("kind: {other:?}; expected co_membership, invitation or share"))),
    };
    if from_to.is_empty() {
        return shared_groups(&opened, id(a), id(b));
    }
    let mut rows: Vec<Json> = Vec::new();
    for (view, from, to, shown) in from_to {
        for (one, other) in [(a, b), (b, a)] {
            let wanted = Wanted {
                columns: shown.iter().map(|name| (*name).to_owned()).collect(),
                wheres: vec![Where::new(from, Op::Eq, id(one)), Where::new(to, Op::Eq, id(other))],
                limit: 500,
                ..Wanted::default()
            };
            for row in opened.pages.rows(view, &wanted)?.rows {
                let cells = [json!(view), json!(id(one)), json!(id(other))].into_iter().chain(row.iter().map(cell));
                rows.push(cells.collect());
            }
        }
    }
    Ok(Answer::Json(json!({"columns": ["view", "from", "to", "chat", "at", "origin"], "rows": rows})))
}

/// What shows two persons in the groups that they share.
fn shared_groups(opened: &Opened, a: &str, b: &str) -> Result<Answer, Wrong> {
    const SHOWN: [&str; 8] = ["chat", "person", "role", "state", "first_entered", "last_ended", "basis", "origin"];
    let mut by_chat: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for person in [a, b] {
        let wanted = Wanted {
            columns: SHOWN.map(str::to_owned).to_vec(),
            wheres: vec![Where::new("person", Op::Eq, person)],
            limit: 1000,
            ..Wanted::default()
        };
        for row in opened.pages.rows("members", &wanted)?.rows {
            let row: Vec<Json> = row.iter().map(cell).collect();
            let chat = row[0].as_str().unwrap_or_default().to_owned();
            by_chat.entry(chat).or_default().push(Json::from(row));
        }
    }
    let rows: Vec<Json> = by_chat.into_values().filter(|rows| rows.len() > 1).flatten().collect();
    Ok(Answer::Json(json!({"columns": SHOWN, "rows": rows})))
}
