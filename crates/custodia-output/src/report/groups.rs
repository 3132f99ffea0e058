//! Each group: members by country, invitation tree, first known shares, known material.

use std::collections::{BTreeMap, BTreeSet};

use custodia_case::{CaseError, Questions};
use serde_json::{Map, Value};

use super::page::{self, Page, Rows, int, text, texts};
use crate::html;

/// Longest list of shares or hits of one group; the rest is named by its question.
const LIST: usize = 200;

/// Writes every group.
pub fn write(page: &mut Page, questions: &Questions) -> Result<(), CaseError> {
    page.heading(2, "Groups");
    let groups = page::ask(questions, "groups")?;
    page.table(
        &[
            "group",
            "subject",
            "created",
            "creator",
            "exhibits",
            "persons",
            "countries",
            "messages",
            "shares",
            "messages naming listed files",
        ],
        groups.iter().map(|row| {
            texts(
                row,
                &[
                    "chat",
                    "subject",
                    "created",
                    "creator",
                    "devices",
                    "members",
                    "countries",
                    "messages",
                    "shares",
                    "known_hits",
                ],
            )
        }),
    );
    page.source("SELECT * FROM groups");
    // One question each for all groups: a question for every group would read the same rows many times.
    let members = by_chat(page::ask(questions, "members")?);
    let invitations = by_chat(page::ask(questions, "invitations")?);
    let shares = by_chat(page::ask(
        questions,
        &format!(
            "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY chat ORDER BY sent, sha256) AS place, \
             count(*) OVER (PARTITION BY chat) AS total FROM first_shares WHERE chat LIKE '%@g.us') WHERE place <= {LIST} \
             ORDER BY chat, place"
        ),
    )?);
    let hits = by_chat(page::ask(
        questions,
        &format!(
            "SELECT * FROM (SELECT chat, sha256, list, string_agg(DISTINCT CAST(category AS VARCHAR), ', ' ORDER BY CAST(category AS VARCHAR)) AS category, \
             count(DISTINCT CASE WHEN how NOT IN ('hash in quote', 'original hash in message') THEN sender || ' ' || key END) AS messages, \
             count(DISTINCT device) AS devices, min(sent) AS sent, min(origin) AS origin, \
             row_number() OVER (PARTITION BY chat ORDER BY min(sent), sha256, list) AS place, \
             count(*) OVER (PARTITION BY chat) AS total FROM known_hits WHERE chat LIKE '%@g.us' GROUP BY chat, sha256, list) \
             WHERE place <= {LIST} ORDER BY chat, place"
        ),
    )?);
    let none = Rows::new();
    for group in &groups {
        let chat = text(group, "chat");
        let subject = text(group, "subject");
        page.heading(3, &if subject.is_empty() { chat.clone() } else { format!("{subject} ({chat})") });
        page.table(
            &["what", "stored"],
            [
                ("creator", format!("{} ({})", text(group, "creator"), text(group, "creator_by"))),
                ("created", format!("{} ({})", text(group, "created"), text(group, "created_by"))),
                ("held by exhibits", text(group, "device_list")),
                ("first chat row", text(group, "origin")),
            ]
            .into_iter()
            .map(|(what, stored)| vec![what.to_owned(), stored]),
        );
        let of = |rows: &'_ BTreeMap<String, Rows>| rows.get(&chat).cloned().unwrap_or_else(|| none.clone());
        member_tables(page, &chat, &of(&members));
        tree(page, &chat, &text(group, "creator"), &of(&invitations));
        share_table(page, &chat, &of(&shares));
        hit_table(page, &chat, &of(&hits));
    }
    Ok(())
}

fn by_chat(rows: Rows) -> BTreeMap<String, Rows> {
    let mut chats: BTreeMap<String, Rows> = BTreeMap::new();
    for row in rows {
        chats.entry(text(&row, "chat")).or_default().push(row);
    }
    chats
}

fn member_tables(page: &mut Page, chat: &str, members: &Rows) {
    page.heading(4, &format!("Members by country ({} persons)", members.len()));
    let mut countries: BTreeMap<String, Vec<&Map<String, Value>>> = BTreeMap::new();
    for row in members {
        countries.entry(text(row, "country")).or_default().push(row);
    }
    for (country, rows) in countries {
        let name = if country.is_empty() { "country open".to_owned() } else { country };
        page.raw(&format!("<details><summary>{}: {}</summary>", html::text(&name), rows.len()));
        page.table(
            &["person", "role", "entered", "how", "by", "ended", "shown by", "exhibits", "first row"],
            rows.into_iter().map(|row| {
                texts(
                    row,
                    &[
                        "person",
                        "role",
                        "first_entered",
                        "entered_how",
                        "entered_by",
                        "last_ended",
                        "basis",
                        "devices",
                        "origin",
                    ],
                )
            }),
        );
        page.raw("</details>");
    }
    page.source(&format!("SELECT * FROM members WHERE chat = '{chat}'"));
}

/// Who let whom in, as nested lists. An entry stands under the person who acted; entries by link stand at the top.
fn tree(page: &mut Page, chat: &str, creator: &str, invitations: &Rows) {
    page.heading(4, &format!("Invitation tree ({} entries)", invitations.len()));
    let mut children: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    let mut invited = BTreeSet::new();
    for row in invitations {
        let (inviter, invitee) = (text(row, "inviter"), text(row, "invitee"));
        if !invited.insert(invitee.clone()) {
            // A later entry of the same person is in the table of stays.
            continue;
        }
        let line = format!("{invitee}, {} {}, {}", text(row, "how"), text(row, "at"), text(row, "origin"));
        children.entry(inviter).or_default().push((invitee, line));
    }
    let mut roots: Vec<(String, String)> = Vec::new();
    if !creator.is_empty() {
        roots.push((creator.to_owned(), format!("{creator}, creator")));
    }
    for inviter in
        children.keys().filter(|inviter| !inviter.is_empty() && *inviter != creator && !invited.contains(*inviter))
    {
        roots.push((inviter.clone(), format!("{inviter}, whose own entry no row states")));
    }
    roots.extend(children.remove("").unwrap_or_default());
    page.raw("<ul class=tree>");
    let mut seen = BTreeSet::new();
    // A stack of what is still to write; none closes a list. No recursion: evidence decides the depth.
    let mut stack: Vec<Option<(String, String)>> = roots.into_iter().rev().map(Some).collect();
    while let Some(next) = stack.pop() {
        let Some((person, line)) = next else {
            page.raw("</ul></li>");
            continue;
        };
        let below = if seen.insert(person.clone()) { children.remove(&person).unwrap_or_default() } else { Vec::new() };
        if below.is_empty() {
            page.raw(&format!("<li>{}</li>", html::text(&line)));
        } else {
            page.raw(&format!("<li>{} <ul>", html::text(&format!("{line} (let in {})", below.len()))));
            stack.push(None);
            stack.extend(below.into_iter().rev().map(Some));
        }
    }
    // What is left stands in a circle: each let in by another of the circle.
    for (inviter, below) in children {
        for (_, line) in below {
            page.raw(&format!("<li>{}</li>", html::text(&format!("{line}, by {inviter}"))));
        }
    }
    page.raw("</ul>");
    page.source(&format!("SELECT * FROM invitations WHERE chat = '{chat}'"));
}

fn share_table(page: &mut Page, chat: &str, shares: &Rows) {
    let total = shares.first().map_or(0, |row| int(row, "total"));
    page.heading(4, &format!("Files first known to be shared here ({total})"));
    if shares.is_empty() {
        return;
    }
    page.table(
        &["SHA-256", "first shared", "by", "country", "shares in all", "chats", "exhibits with the message", "row"],
        shares
            .iter()
            .map(|row| texts(row, &["sha256", "sent", "sender", "country", "shares", "chats", "devices", "origin"])),
    );
    rest(page, shares.len(), total, &format!("SELECT * FROM first_shares WHERE chat = '{chat}'"));
}

fn hit_table(page: &mut Page, chat: &str, hits: &Rows) {
    let total = hits.first().map_or(0, |row| int(row, "total"));
    page.heading(4, &format!("Known material named here ({total} files by list)"));
    if hits.is_empty() {
        return;
    }
    page.table(
        &["SHA-256", "list", "category", "messages", "exhibits", "first", "row"],
        hits.iter().map(|row| texts(row, &["sha256", "list", "category", "messages", "devices", "sent", "origin"])),
    );
    rest(page, hits.len(), total, &format!("SELECT * FROM known_hits WHERE chat = '{chat}'"));
}

fn rest(page: &mut Page, shown: usize, total: i64, sql: &str) {
    let left = total - i64::try_from(shown).unwrap_or(i64::MAX);
    if left > 0 {
        page.paragraph(&format!("{left} more rows are not printed here; the question below gives them all."));
    }
    page.source(sql);
}
