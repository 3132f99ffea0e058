//! Every route of the interface, once: the router and the OpenAPI document are made of this list.

use super::answer::{Answer, Wrong};
use super::asked::Asked;
use super::session::Session;
use super::{App, decisions, graph, openapi, operation, progress, rows, search, source};

/// How a route is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// To look.
    Get,
    /// To change something; needs the session's word.
    Post,
}

/// A parameter of the query, or a field of the body.
#[derive(Clone, Copy, Debug)]
pub struct Takes {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub doc: &'static str,
    /// Whether it must be there.
    pub must: bool,
}

/// A route.
pub struct Route {
    /// How it is asked.
    pub method: Method,
    /// Its path, with `{names}` of the parts that vary.
    pub path: &'static str,
    /// What it answers.
    pub doc: &'static str,
    /// Parameters of the query; of a POST, fields of the body.
    pub takes: &'static [Takes],
    /// The answer's form, in short: see [`openapi::schema`].
    pub gives: &'static str,
    /// Answers.
    pub run: fn(&App, &Session, &Asked) -> Result<Answer, Wrong>,
}

const fn may(name: &'static str, doc: &'static str) -> Takes {
    Takes { name, doc, must: false }
}

const fn must(name: &'static str, doc: &'static str) -> Takes {
    Takes { name, doc, must: true }
}

const WHERE: Takes = may(
    "where",
    "A condition COLUMN:OP:VALUE, OP one of eq ne has gte lte in null notnull; may be repeated, all must hold. \
    Values of `in` stand apart by `|`; instants are ISO 8601 with offset.",
);

const KINDS: Takes = may("kinds", "Kinds of ties, commas between: co_membership, invitation, share; all without it.");
const MIN: Takes = may("min", "Leave out ties of smaller weight.");
const FROM: Takes = may("from", "Not before: ISO 8601 with offset.");
const TO: Takes = may("to", "Before: ISO 8601 with offset.");
/// Nodes and ties.
const GRAPH: &str = "{nodes: [{id: text, label: text, country: text?, groups: int, messages: int, owner_of: text, known: int, degree: int}], \
    edges: [{a: text, b: text, kind: text, how: text, weight: real, count: int, first: text?, last: text?, groups: [text]}], cut: bool}";

/// All of them.
pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/api/session",
        doc: "Who asks, of which case, and the word that POST requests bear in X-Custodia-Csrf.",
        takes: &[],
        gives: "{csrf: text, case: text, version: text, user: text, language: text?}",
        run: rows::session,
    },
    Route {
        method: Method::Get,
        path: "/api/tables",
        doc: "Every view, link and table as stored, with the sentence of each and of its columns.",
        takes: &[],
        gives: "[{name: text, doc: text, columns: [{name: text, doc: text, type: text}]}]",
        run: rows::all_tables,
    },
    Route {
        method: Method::Get,
        path: "/api/rows/{view}",
        doc: "A page of rows of a view, in the view's own order or another; ties are broken the same way every time.",
        takes: &[
            may("columns", "Names of columns, commas between; all without it."),
            WHERE,
            may("sort", "Names of columns, commas between, `-` before one that runs down; missing values come last."),
            may("limit", "Rows, 100 without it, 1000 at most."),
            may("cursor", "`next` of the page before."),
        ],
        gives: "{columns: [text], rows: [[any]], next: text?}",
        run: rows::rows,
    },
    Route {
        method: Method::Get,
        path: "/api/count/{view}",
        doc: "How many rows of a view are meant, and how they fall on the values of a column, the most frequent first.",
        takes: &[WHERE, may("by", "A column."), may("limit", "Values, 50 without it, 1000 at most.")],
        gives: "{total: int, by: [[any]], values: int}",
        run: rows::count,
    },
    Route {
        method: Method::Get,
        path: "/api/operation",
        doc: "The operation at a glance: what is counted, countries, how much was read, the latest exhibits.",
        takes: &[],
        gives: "{counts: [{key: text, value: int, view: text, sql: text}], countries: [{country: text, name: text?, persons: int, groups: int, hits: int, seized: int}], \
            completeness: {devices: int, items: int, parsed: int, partial: int, rejected: int, unparsed_kind: int}, \
            new: [{device: text, examined_at: text, messages: int, groups: int}], bundles: int}",
        run: operation::operation,
    },
    Route {
        method: Method::Get,
        path: "/api/groups/{chat}/heat",
        doc: "Messages of a group by day and hour, in UTC.",
        takes: &[],
        gives: "{cells: [[any]]}",
        run: operation::heat,
    },
    Route {
        method: Method::Get,
        path: "/api/graph",
        doc: "The strongest ties of all that pass, with the persons at their ends.",
        takes: &[
            KINDS,
            MIN,
            may("group", "Address of a group that the tie is of."),
            may("country", "Country of one of the two, as ES."),
            FROM,
            TO,
            may("limit", "Ties, 10000 without it, 50000 at most."),
        ],
        gives: GRAPH,
        run: graph::strongest,
    },
    Route {
        method: Method::Get,
        path: "/api/graph/neighbours",
        doc: "Those tied to a person, the strongest first.",
        takes: &[
            must("person", "An account of the person."),
            KINDS,
            MIN,
            may("limit", "Persons, 200 without it, 50000 at most."),
        ],
        gives: GRAPH,
        run: graph::neighbours,
    },
    Route {
        method: Method::Get,
        path: "/api/graph/path",
        doc: "The shortest way between two persons, its nodes in order; nothing when there is none.",
        takes: &[must("from", "An account of the first."), must("to", "An account of the second."), KINDS, MIN],
        gives: GRAPH,
        run: graph::path,
    },
    Route {
        method: Method::Get,
        path: "/api/graph/why",
        doc: "The rows behind a tie, each with its directions.",
        takes: &[
            must("a", "An account of the one."),
            must("b", "An account of the other."),
            may("kind", "co_membership, invitation or share."),
        ],
        gives: "{columns: [text], rows: [[any]]}",
        run: graph::why,
    },
    Route {
        method: Method::Get,
        path: "/api/search",
        doc: "Texts: messages, captions, names, subjects, descriptions, names of files.",
        takes: &[
            may("q", "What to find."),
            may("mode", "tolerant, or exact: byte by byte."),
            may("typing", "1: the last word may not be finished."),
            may("chat", "Address of a chat."),
            may("account", "Accounts, commas between."),
            may("country", "Countries, commas between."),
            may("device", "Exhibits, commas between."),
            may("kind", "Kinds of texts, commas between."),
            may("message_kind", "Kinds of messages, commas between."),
            FROM,
            TO,
            may("order", "time, newest first, or relevance."),
            may("limit", "Hits, 50 without it, 200 at most."),
            may("cursor", "`next` of the page before."),
        ],
        gives: "{total: int, total_is_exact: bool, hits: [{kind: text, chat: text?, account: text?, name: text?, country: text?, message_kind: text?, at: text?, text: text, \
            marks: [[int]], origin: text, device: text, devices: text, key: text?}], next: text?}",
        run: search::search,
    },
    Route {
        method: Method::Get,
        path: "/api/search/facets",
        doc: "How many of the texts found bear each kind, chat, country and account: of the newest 5,000 of them where there are more.",
        takes: &[
            may("q", "What to find."),
            may("mode", "tolerant, or exact: byte by byte."),
            may("typing", "1: the last word may not be finished."),
            may("chat", "Address of a chat."),
            may("account", "Accounts, commas between."),
            may("country", "Countries, commas between."),
            may("device", "Exhibits, commas between."),
            may("kind", "Kinds of texts, commas between."),
            may("message_kind", "Kinds of messages, commas between."),
            FROM,
            TO,
        ],
        gives: "{facets: any, of: int, is_exact: bool}",
        run: search::facets,
    },
    Route {
        method: Method::Get,
        path: "/api/source",
        doc: "The bytes behind a row, from the evidence as it is now.",
        takes: &[must("origin", "Directions, as a column origin holds them.")],
        gives: "{origin: text, device: text, path: text, part: text?, row: int?, available: bool, says: text?, \
            cells: [{column: text, kind: text, text: text?, hex: text?, length: int?}], bytes: any, file: text?}",
        run: source::source,
    },
    Route {
        method: Method::Get,
        path: "/api/decisions",
        doc: "Every decision, as rows of the view `decisions`.",
        takes: &[
            WHERE,
            may("limit", "Rows, 100 without it, 1000 at most."),
            may("cursor", "`next` of the page before."),
        ],
        gives: "{columns: [text], rows: [[any]], next: text?}",
        run: rows::decisions,
    },
    Route {
        method: Method::Post,
        path: "/api/decisions",
        doc: "Adds a decision to the journal; every answer after this one is as decided.",
        takes: &[
            must("what", "cut, confirm, country, category, dispute, note or withdraw."),
            must("subject", "What it is about: an account, a SHA-256, directions, or the number of a decision."),
            may("other", "The other account of cut and confirm."),
            may("value", "Country, category, or text of a note."),
            may("reason", "Why; a note needs none."),
        ],
        gives: "{event: int, at: text, author: text}",
        run: decisions::decide,
    },
    Route {
        method: Method::Get,
        path: "/api/searches",
        doc: "Saved searches.",
        takes: &[],
        gives: "[{name: text, query: any, at: text, author: text}]",
        run: decisions::searches,
    },
    Route {
        method: Method::Post,
        path: "/api/searches",
        doc: "Saves a search under a name; null takes it back.",
        takes: &[must("name", "Its name."), must("query", "An object, kept as it is.")],
        gives: "{event: int}",
        run: decisions::save_search,
    },
    Route {
        method: Method::Get,
        path: "/api/progress",
        doc: "Progress of examinations, as server-sent events `progress` and `bundles`.",
        takes: &[],
        gives: "events",
        run: progress::progress,
    },
    Route {
        method: Method::Get,
        path: "/api/openapi.json",
        doc: "This document.",
        takes: &[],
        gives: "any",
        run: openapi::route,
    },
];
