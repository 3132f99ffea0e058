//! docs/tables.md and docs/formats.md are made from the declarations; `UPDATE=1 cargo test` writes them.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use custodia_case::VIEWS;
use custodia_case::links::LINKS;
use custodia_intake::assemblies::ASSEMBLIES;
use custodia_intake::parsers::PARSERS;
use custodia_intake::parsers::chats::whatsapp_android::ACTIONS;
use custodia_intake::parsers::hashlists::HASH_LISTS;
use custodia_intake::sources::SOURCES;
use custodia_model::origin::ORIGIN;
use custodia_model::tables::{Column, TABLES};
use custodia_output::OUTPUTS;

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

fn tables() -> String {
    let mut page = String::from(
        "# Tables and views\n\nMade from the declarations by `UPDATE=1 cargo test`; do not edit.\n\n\
         Every table begins with the columns of its origin: directions back to the byte, `device:path#part/row`. Tables as \
         stored in the bundles are in schema `evidence` (`SELECT count(*) FROM evidence.messages`); views need no schema.\n\n## Origin\n\n",
    );
    let columns = |page: &mut String, columns: &[Column]| {
        page.push_str("| column | type | may be missing | what it says |\n| --- | --- | --- | --- |\n");
        for column in columns {
            let missing = if column.nullable { "yes" } else { "no" };
            let kind = format!("{:?}", column.column_type).to_lowercase();
            let _ = writeln!(page, "| `{}` | {kind} | {missing} | {} |", column.name, line(column.doc));
        }
    };
    columns(&mut page, ORIGIN);
    page.push_str("\nTypes: `text` UTF-8; `int` 64 bits; `real` 64 bits; `bool`; `time` an instant, milliseconds since 1970 in UTC.\n");
    for table in TABLES {
        let _ = write!(page, "\n## `evidence.{}`\n\n{}\n\n", table.name, line(table.doc));
        columns(&mut page, table.columns);
    }
    page.push_str("\n# Views\n\nQuestions over all bundles of a case, ready to ask: `custodia ask CASE NAME`.\n");
    let views = VIEWS.iter().map(|view| (view.name, view.doc(), view.columns()));
    for (name, doc, columns) in views.chain(LINKS.iter().map(|link| (link.name, link.about(), link.columns()))) {
        let _ = write!(page, "\n## `{name}`\n\n{}\n\n| column | what it says |\n| --- | --- |\n", line(doc));
        for (column, says) in columns {
            let _ = writeln!(page, "| `{column}` | {} |", line(says));
        }
    }
    page
}

fn formats() -> String {
    let mut page = String::from(
        "# Formats\n\nMade from the declarations by `UPDATE=1 cargo test`; do not edit. Every gap that is known is named here.\n\n## Sources: what is inside these bytes?\n",
    );
    let assemblies = ASSEMBLIES.iter().map(|assembly| assembly.about());
    for about in SOURCES.iter().map(|source| source.about()).chain(assemblies) {
        let _ = write!(
            page,
            "\n### {}\n\nOpens: {}\n\nTested: {}\n\nGaps: {}\n",
            about.name,
            line(about.opens),
            line(&about.tested.join("; ")),
            line(about.gaps)
        );
    }
    page.push_str("\n## Parsers: what does this file say?\n");
    for parser in PARSERS {
        let about = parser.about();
        let _ = write!(
            page,
            "\n### {}\n\nReads: {}\n\nTables: {}\n\nTested: {}\n\nGaps: {}\n",
            about.name,
            line(about.reads),
            about.tables.join(", "),
            line(&about.tested.join("; ")),
            line(about.gaps)
        );
    }
    page.push_str("\n## Lists of known files\n");
    for list in HASH_LISTS {
        let about = list.about();
        let _ = write!(
            page,
            "\n### {}\n\nReads: {}\n\nTested: {}\n\nGaps: {}\n",
            about.name,
            line(about.reads),
            line(&about.tested.join("; ")),
            line(about.gaps)
        );
    }
    page.push_str("\n## Outputs: what leaves?\n");
    for output in OUTPUTS {
        let about = output.about();
        let _ = write!(
            page,
            "\n### {} (`{}`)\n\nWrites: {}\n\nLeaves out: {}\n",
            about.name,
            about.file,
            line(about.writes),
            line(about.gaps)
        );
    }
    page.push_str("\n## WhatsApp system events\n\nCode as stored, `action` as told. Other codes are told as `system event N`.\n\n| code | action |\n| --- | --- |\n");
    for action in ACTIONS {
        let _ = writeln!(page, "| {} | {} |", action.code, action.action);
    }
    page
}

// Tests may be told by the environment to write what they expect.
#[allow(clippy::disallowed_methods)]
#[test]
fn generated_pages_are_current() {
    for (name, text) in [("tables.md", tables()), ("formats.md", formats())] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == text, "docs/{name} is not current: run UPDATE=1 cargo test --test docs");
    }
}

#[test]
fn every_door_describes_what_stands_in_its_list() {
    let mut names = BTreeSet::new();
    let mut check = |name: &'static str, texts: &[&str], tested: &[&str]| {
        assert!(names.insert(name), "{name} twice");
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{name}: a text is empty");
        assert!(!tested.is_empty(), "{name}: tested on nothing");
    };
    for about in SOURCES.iter().map(|source| source.about()) {
        check(about.name, &[about.opens, about.gaps], about.tested);
    }
    for about in ASSEMBLIES.iter().map(|assembly| assembly.about()) {
        check(about.name, &[about.opens, about.gaps], about.tested);
    }
    for about in PARSERS.iter().map(|parser| parser.about()) {
        check(about.name, &[about.reads, about.gaps], about.tested);
        for table in about.tables {
            assert!(TABLES.iter().any(|declared| declared.name == *table), "{}: no table {table}", about.name);
        }
    }
    for about in OUTPUTS.iter().map(|output| output.about()) {
        check(about.name, &[about.writes, about.gaps, about.file], &["-"]);
    }
}
