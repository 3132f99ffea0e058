//! The report of a case: one HTML file without script, without reference to anything outside it, without a picture of
//! the evidence. It says what is stored and where; the first thing it says is what was not read.

mod groups;
mod map;
mod page;

use custodia_case::{Case, CaseError, Questions};
use page::{Page, Rows, count, int, texts};

use crate::{About, Output};

/// The report as an output.
pub struct Html;

const ABOUT: About = About {
    name: "report",
    file: "report.html",
    writes: "completeness, counts with their sources, map and table of countries, each group with members by country, \
             invitation tree, first known shares and known material as hashes, who let whom in, contradictions, \
             clocks and decisions, each with directions to its rows",
    gaps: "no message text, no picture; long lists are cut and name the question that gives the rest",
};

impl Output for Html {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn write(&self, case: &Case, questions: &Questions) -> Result<String, CaseError> {
        html(case, questions)
    }
}

/// The whole page.
pub fn html(case: &Case, questions: &Questions) -> Result<String, CaseError> {
    let mut page = Page::new("Custodia: report of a case");
    page.heading(1, "Report of a case");
    let name = case.folder().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    page.paragraph(&format!(
        "Case folder {name}. Every number names the question that gives it; every row gives directions to its place in \
         the evidence, as exhibit:path#table/row. Times are UTC. The report says what is stored and where. A row that is \
         absent does not say that something did not happen."
    ));
    completeness(&mut page, questions)?;
    overview(&mut page, questions)?;
    countries(&mut page, questions)?;
    groups::write(&mut page, questions)?;
    doors(&mut page, questions)?;
    conflicts(&mut page, questions)?;
    clocks(&mut page, questions)?;
    decisions(&mut page, questions)?;
    exhibits(&mut page, case, questions)?;
    words(&mut page);
    Ok(page.finish())
}

fn completeness(page: &mut Page, questions: &Questions) -> Result<(), CaseError> {
    page.heading(2, "What was read, and what was not");
    let rows = page::ask(questions, "completeness")?;
    let total = |name: &str| rows.iter().map(|row| int(row, name)).sum::<i64>();
    page.paragraph(&format!(
        "{} items were found in {} exhibits: {} read whole, {} in part, {} not at all. Of those read whole, {} are of a kind \
         whose content no parser of this program knows: their digests and kind were taken, nothing else. {} warnings name {} \
         bytes that were not read.",
        total("items"),
        rows.len(),
        total("parsed"),
        total("partial"),
        total("rejected"),
        total("unparsed_kind"),
        total("warnings"),
        total("unread_bytes"),
    ));
    page.source("SELECT * FROM completeness");
    page.table(
        &["exhibit", "items", "parsed", "partial", "rejected", "kind without parser", "warnings", "bytes"],
        rows.iter().map(|row| {
            texts(row, &["device", "items", "parsed", "partial", "rejected", "unparsed_kind", "warnings", "bytes"])
        }),
    );
    let sql = "SELECT warning, count(*) AS rows, count(DISTINCT device) AS exhibits, min(origin) AS first \
               FROM warnings GROUP BY warning ORDER BY rows DESC, warning";
    let warnings = page::ask(questions, sql)?;
    if !warnings.is_empty() {
        page.heading(3, "Warnings by kind");
        page.table(
            &["kind", "rows", "exhibits", "first place"],
            warnings.iter().map(|row| texts(row, &["warning", "rows", "exhibits", "first"])),
        );
        page.source("SELECT * FROM warnings");
    }
    Ok(())
}

fn overview(page: &mut Page, questions: &Questions) -> Result<(), CaseError> {
    page.heading(2, "Overview");
    let counts = [
        ("exhibits", "SELECT count(*) FROM devices"),
        ("groups", "SELECT count(*) FROM groups"),
        ("persons in groups", "SELECT count(DISTINCT person) FROM members"),
        ("countries of those persons", "SELECT count(DISTINCT country) FROM members"),
        ("entries into groups", "SELECT count(*) FROM invitations"),
        ("distinct messages", "SELECT count(*) FROM messages"),
        ("message rows on exhibits", "SELECT count(*) FROM evidence.messages"),
        ("shares of files", "SELECT count(*) FROM shares"),
        ("distinct files shared", "SELECT count(*) FROM first_shares"),
        (
            "exhibits with a listed file present",
            "SELECT count(DISTINCT device) FROM known_hits WHERE how = 'file present'",
        ),
        ("distinct listed files", "SELECT count(DISTINCT sha256) FROM known_hits"),
        (
            "messages that name a listed file",
            "SELECT count(DISTINCT chat || ' ' || sender || ' ' || key) FROM shared_hits",
        ),
    ];
    let mut rows = Vec::new();
    for (what, sql) in counts {
        rows.push(vec![what.to_owned(), count(questions, sql)?.to_string(), sql.to_owned()]);
    }
    page.table(&["what", "count", "question"], rows.into_iter());
    Ok(())
}

fn countries(page: &mut Page, questions: &Questions) -> Result<(), CaseError> {
    page.heading(2, "Countries");
    page.paragraph(
        "A country is the one that issued an account's number, with the reason stated for each account. It is an inference \
         from the number, not a statement about where a person was.",
    );
    let rows = page::ask(questions, "countries")?;
    page.raw(&map::svg(&rows));
    page.table(
        &[
            "country",
            "name",
            "accounts",
            "persons in groups",
            "groups",
            "messages",
            "shares",
            "first known shares",
            "messages naming listed files",
            "exhibits seized",
        ],
        rows.iter().map(|row| {
            let mut cells = texts(
                row,
                &[
                    "country",
                    "country_name",
                    "accounts",
                    "members",
                    "groups",
                    "messages",
                    "shares",
                    "first_shares",
                    "known_shares",
                    "seized",
                ],
            );
            if cells[0].is_empty() {
                cells[0] = "open".into();
            }
            cells
        }),
    );
    page.source("SELECT * FROM countries");
    let reasons: Rows = page::ask(
        questions,
        "SELECT country, strength, count(*) AS accounts, min(reason) AS example FROM account_countries \
         GROUP BY country, strength ORDER BY country NULLS LAST, strength",
    )?;
    page.heading(3, "Reasons");
    page.table(
        &["country", "strength", "accounts", "reason of the first"],
        reasons.iter().map(|row| texts(row, &["country", "strength", "accounts", "example"])),
    );
    page.source("SELECT * FROM account_countries");
    Ok(())
}

/// Longest of these lists; the rest is named by its question.
const LIST: usize = 200;

fn doors(page: &mut Page, questions: &Questions) -> Result<(), CaseError> {
    page.heading(2, "Who let whom in, over all groups");
    page.paragraph(
        "For each person the persons whose first entry into any group the rows show as this person's act. An entry by link \
         counts for the person who had sent the link shortly before: that is an inference from two rows, and counted apart.",
    );
    let sql = format!(
        "SELECT * FROM doors WHERE chat = 'all groups' ORDER BY opened_for DESC, below DESC, person LIMIT {LIST}"
    );
    let rows = page::ask(questions, &sql)?;
    page.table(
        &["person", "country", "opened for", "by adding", "by a link (inference)", "below", "depth"],
        rows.iter().map(|row| texts(row, &["person", "country", "opened_for", "added", "by_link", "below", "depth"])),
    );
    page.source("SELECT * FROM doors WHERE chat = 'all groups'");
    Ok(())
}

fn conflicts(page: &mut Page, questions: &Questions) -> Result<(), CaseError> {
    page.heading(2, "Rows that contradict each other");
    page.paragraph("Nothing is resolved here: both sides are named, with directions to their rows.");
    // By all columns: which rows stand within the limit must not depend on threads.
    let order = "conflict, chat, person, at, one_says, one_origin, other_says, other_origin";
    let rows = page::ask(questions, &format!("SELECT * FROM conflicts ORDER BY {order} LIMIT {LIST}"))?;
    page.table(
        &["kind", "group", "person", "at", "one row says", "its place", "another says", "its place"],
        rows.iter().map(|row| {
            texts(row, &["conflict", "chat", "person", "at", "one_says", "one_origin", "other_says", "other_origin"])
        }),
    );
    page.source("SELECT * FROM conflicts");
    Ok(())
}

fn clocks(page: &mut Page, questions: &Questions) -> Result<(), CaseError> {
    let sql = "SELECT * FROM clock_offsets WHERE place = 1 AND abs(offset_ms) >= 15000 ORDER BY device";
    let rows = page::ask(questions, sql)?;
    if rows.is_empty() {
        return Ok(());
    }
    page.heading(2, "Clocks that differ");
    page.paragraph("Estimated from the arrival of messages. No time in this report was changed by it.");
    page.table(
        &["exhibit", "compared with", "milliseconds ahead", "spread", "messages"],
        rows.iter().map(|row| texts(row, &["device", "basis", "offset_ms", "spread_ms", "messages"])),
    );
    page.source(sql);
    Ok(())
}

fn decisions(page: &mut Page, questions: &Questions) -> Result<(), CaseError> {
    let rows = page::ask(questions, "decisions")?;
    if rows.is_empty() {
        return Ok(());
    }
    page.heading(2, "Decisions of persons");
    page.table(
        &["number", "at", "author", "decision", "about", "other", "value", "reason", "withdrawn by"],
        rows.iter().map(|row| {
            let names = ["number", "at", "author", "decision", "subject", "other", "value", "reason", "withdrawn_by"];
            texts(row, &names)
        }),
    );
    page.source("SELECT * FROM decisions");
    Ok(())
}

fn exhibits(page: &mut Page, case: &Case, questions: &Questions) -> Result<(), CaseError> {
    page.heading(2, "Exhibits");
    let rows = page::ask(questions, "devices")?;
    page.table(
        &[
            "exhibit",
            "own accounts",
            "authority",
            "seized",
            "where",
            "evidence",
            "SHA-256 of the evidence",
            "messages",
            "attachments",
        ],
        rows.iter().map(|row| {
            texts(
                row,
                &[
                    "device",
                    "owner_accounts",
                    "authority",
                    "seized_at",
                    "country_of_seizure",
                    "source",
                    "source_sha256",
                    "messages",
                    "attachments",
                ],
            )
        }),
    );
    page.source("SELECT * FROM devices");
    page.heading(3, "Bundles");
    page.paragraph(
        "The id of a bundle is the SHA-256 of its manifest. `custodia verify` compares every table with it.",
    );
    let manifests = case.manifests()?;
    page.table(
        &["exhibit", "bundle", "written by"],
        manifests.iter().map(|(_, id, manifest)| {
            vec![
                manifest.exhibit.label.clone(),
                id.clone(),
                format!("{} {}", manifest.tool.name, manifest.tool.version),
            ]
        }),
    );
    Ok(())
}

fn words(page: &mut Page) {
    page.heading(2, "Words");
    page.table(
        &["word", "what it says here"],
        [
            ("person", "accounts that the evidence ties: a LID and a number in one row, an old and a new number"),
            ("group", "the group address, the same on every phone"),
            ("message", "one (group, sender, key), however many phones hold it"),
            ("first known share", "the earliest share that the seized evidence holds; earlier ones may stand on phones that were not examined"),
            ("listed file", "a file whose digest stands in an imported list of known material"),
            ("file of message", "the path of a message that stores no SHA-256, or a line of an exported chat, leads to a file whose digest is listed"),
            ("file of message, by name and size", "the path leads to no file, and one content of the exhibit alone has its name and size"),
            ("hash in message", "a message row names the SHA-256; the file itself may be absent from the phone"),
            ("original hash in message", "a message row names the SHA-256 of the file before the phone coded it anew; what was sent is another file"),
            ("hash in quote", "a quote keeps a copy of the message that names the SHA-256; who quotes it shared nothing by that"),
            ("other device's copy", "the list bears another digest of the file; only a file on another phone ties the two"),
        ]
        .into_iter()
        .map(|(word, says)| vec![word.to_owned(), says.to_owned()]),
    );
}
