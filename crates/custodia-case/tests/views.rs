//! Every view and link, asked over three invented phones: `views/<name>.slt` holds the question and the expected rows.

mod acts;
mod invented;

use std::collections::BTreeSet;
use std::path::Path;

use arrow::record_batch::RecordBatch;
use custodia_case::links::LINKS;
use custodia_case::{Format, Questions, VIEWS};
use invented::later::{CODE, SIDE, later};
use invented::owners::*;
use invented::several::*;
use invented::shown::{COMMUNITY, OTHER_LID, shown};
use invented::{ANA, BACKUP, BETO, BETO_OLD, CARLA, CARLA_LID, EVA, GROUP, case, disagreeing, returning};

struct Asked(Questions);

impl sqllogictest::DB for Asked {
    type Error = std::io::Error;
    type ColumnType = sqllogictest::DefaultColumnType;

    fn run(&mut self, sql: &str) -> Result<sqllogictest::DBOutput<Self::ColumnType>, Self::Error> {
        let answer = self.0.ask(sql).map_err(std::io::Error::other)?;
        let mut rows = Vec::new();
        answer
            .for_each_row(|cells| {
                let shown = |cell: &String| if cell.is_empty() { "NULL".to_owned() } else { cell.replace(' ', "_") };
                rows.push(cells.iter().map(shown).collect());
            })
            .map_err(std::io::Error::other)?;
        let types = vec![sqllogictest::DefaultColumnType::Any; answer.schema.fields().len()];
        Ok(sqllogictest::DBOutput::Rows { types, rows })
    }
}

// Tests may be told by the environment to write what they expect.
#[allow(clippy::disallowed_methods)]
#[test]
fn every_view_answers_as_expected() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(&folder.path().join("case"));
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/views");
    for name in VIEWS.iter().map(|view| view.name).chain(LINKS.iter().map(|link| link.name)) {
        let path = expected.join(format!("{name}.slt"));
        if std::env::var_os("UPDATE").is_some() {
            let mut asked = Asked(Questions::open(&case, 2).unwrap());
            let Ok(sqllogictest::DBOutput::Rows { types, rows }) = sqllogictest::DB::run(&mut asked, name) else {
                panic!("{name}")
            };
            let mut rows: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
            rows.sort();
            let text =
                format!("query {} rowsort\nSELECT * FROM {name}\n----\n{}\n", "?".repeat(types.len()), rows.join("\n"));
            std::fs::write(&path, text).unwrap();
        }
        let mut runner = sqllogictest::Runner::new(|| {
            let questions = Questions::open(&case, 2).map(Asked).map_err(std::io::Error::other);
            async { questions }
        });
        runner.run_file(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    }
}

#[test]
fn every_column_of_a_view_has_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(&folder.path().join("case"));
    let questions = Questions::open(&case, 1).unwrap();
    let documented = VIEWS.iter().map(|view| (view.name, view.doc(), view.columns()));
    let mut names = BTreeSet::new();
    for (name, doc, columns) in documented.chain(LINKS.iter().map(|link| (link.name, link.about(), link.columns()))) {
        assert!(names.insert(name), "{name} twice");
        assert!(doc.ends_with(['.', '`']), "{name}: {doc}");
        let answer = questions.ask(name).unwrap();
        let found: Vec<&str> = answer.schema.fields().iter().map(|field| field.name().as_str()).collect();
        let told: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
        assert_eq!(found, told, "{name}");
    }
}

#[test]
fn answers_do_not_depend_on_threads_and_caches() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(&folder.path().join("case"));
    let all = |threads: usize| {
        let questions = Questions::open(&case, threads).unwrap();
        let mut bytes = Vec::new();
        let views = VIEWS.iter().map(|view| (view.name, view.columns()));
        for (name, columns) in views.chain(LINKS.iter().map(|link| (link.name, link.columns()))) {
            let order = columns.iter().map(|(column, _)| *column).collect::<Vec<_>>().join(", ");
            questions
                .ask(&format!("SELECT * FROM {name} ORDER BY {order}"))
                .unwrap()
                .print(Format::Json, &mut bytes)
                .unwrap();
        }
        // What a question leaves open is decided as well.
        for open in [
            "SELECT * FROM members",
            "SELECT person, count(*), max(last_ended) FROM members GROUP BY person",
            "SELECT device, count(*) * 1.5 AS weight FROM presence GROUP BY device",
            "SELECT sender, chat, key, state FROM presence ORDER BY state DESC",
            "SELECT sender, count(*) FROM messages GROUP BY sender ORDER BY count(*) > 1 LIMIT 4",
            "SELECT sender, count(*) FROM messages GROUP BY sender LIMIT 4",
            "SELECT a.device, b.device FROM devices a, devices b UNION ALL SELECT device, label FROM devices, (SELECT 'x' AS label)",
        ] {
            questions.ask(open).unwrap().print(Format::Csv, &mut bytes).unwrap();
        }
        bytes
    };
    let one = all(1);
    let warm = all(4);
    std::fs::remove_dir_all(case.cache()).unwrap();
    let four = all(4);
    assert!(one == warm && one == four);
}

#[test]
fn what_phones_do_not_agree_on_is_told_from_one_row_each() {
    let folder = tempfile::tempdir().unwrap();
    let case = disagreeing(&folder.path().join("case"));
    let mut asked = Asked(Questions::open(&case, 2).unwrap());
    let mut rows = |sql: &str| match sqllogictest::DB::run(&mut asked, sql).unwrap() {
        sqllogictest::DBOutput::Rows { rows, .. } => rows.into_iter().map(|row| row.join(" ")).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    // The inviter is the one whom the row at the origin names.
    assert_eq!(
        rows(
            "SELECT i.inviter = f.by_person FROM invitations i JOIN member_facts f ON f.origin = i.origin AND f.person = i.invitee WHERE i.inviter IS NOT NULL"
        ),
        ["true", "true", "true"]
    );
    // Coming by link, going and being added within two minutes are two entries and two stays; the table's later end is a third.
    assert_eq!(rows(&format!("SELECT count(*) FROM invitations WHERE invitee = '{EVA}'")), ["2"]);
    assert_eq!(
        rows(&format!("SELECT entered_how, ended_how FROM stays WHERE person = '{EVA}' ORDER BY stay")),
        ["joined_by_link left", "added removed"]
    );
    // The event, not the table's earlier second, dates the entry and says who acted.
    assert_eq!(
        rows(&format!("SELECT entered_how, entered_by FROM stays WHERE person = '{CARLA}'")),
        [format!("added {ANA}")]
    );
    assert_eq!(rows("SELECT person FROM conflicts WHERE conflict = 'entered'"), [BETO]);
    // The phone that does not say whose it is wrote what another phone has from Carla.
    assert_eq!(rows("SELECT account, other FROM aliases"), [format!("owner_of_PT-1 {CARLA}")]);
    assert_eq!(rows("SELECT DISTINCT sender FROM messages WHERE key IN ('K1', 'K2')"), [CARLA]);
    // A link from before the reset explains nothing, and no entry is made up for Ana.
    assert_eq!(rows(&format!("SELECT inviter FROM link_entries WHERE invitee = '{EVA}'")), ["NULL"]);
    assert_eq!(rows("SELECT state FROM presence WHERE device = 'ES-1' AND key = 'K0'"), ["entry_unseen"]);
    assert!(rows("SELECT key FROM absences WHERE device = 'ES-1'").is_empty());
}

#[test]
fn who_came_back_saw_nothing_while_outside() {
    let folder = tempfile::tempdir().unwrap();
    let case = returning(&folder.path().join("case"));
    let mut asked = Asked(Questions::open(&case, 2).unwrap());
    let mut rows = |sql: &str| match sqllogictest::DB::run(&mut asked, sql).unwrap() {
        sqllogictest::DBOutput::Rows { rows, .. } => rows.into_iter().map(|row| row.join(" ")).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    // He was in the first group before and after it was shared there.
    assert!(rows("SELECT person FROM carriers").is_empty());
    // Nobody saw his first entry; the second is in `invitations`.
    let tree = format!("SELECT inviter, how FROM invitation_tree WHERE chat = '{GROUP}' AND person = '{BETO}'");
    assert_eq!(rows(&tree), ["NULL not_seen"]);
    assert_eq!(rows(&format!("SELECT inviter FROM invitations WHERE invitee = '{BETO}'")), [ANA]);
    assert_eq!(rows("SELECT role, how FROM role_spans"), ["superadmin created"]);
    assert_eq!(
        rows("SELECT state FROM members WHERE person = '34600000004@s.whatsapp.net'"),
        ["not_listed,_past_members_purged"]
    );
    // The newer table has neither Dora, whom the older lists, nor Beto, whose own phone need not list him.
    assert_eq!(
        rows(
            "SELECT conflict, one_says, other_says FROM conflicts WHERE conflict IN ('listed, later no more', 'number used after its change') ORDER BY 1, 2"
        ),
        [
            "listed,_later_no_more group_on_own_phone_of_CO-1 not_in_the_one_of_ES-1".to_owned(),
            "listed,_later_no_more participant_table_of_CO-1 not_in_the_one_of_ES-1".to_owned(),
            format!(
                "number_used_after_its_change changed_from_{EVA}_to_{CARLA} messages_of_{EVA}_until_2016-12-01T10:00:00Z"
            ),
        ]
    );
}

#[test]
fn one_act_and_several_numbers_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let case = let_in(&folder.path().join("case"));
    let rows = |sql: &str| rows_of(&case, sql);
    let ties = "SELECT account, other, alias_kind FROM aliases WHERE alias_kind LIKE 'same%'";
    let by_event = format!("{WIM_LID} {WIM} same_event");
    // Of an act that let two in, the phones of the two say nothing of each other. Three numbers, one after the other, are one person.
    let mut expected: Vec<String> =
        NUMBERS.iter().map(|number| format!("{OF_NUMBERS} {number} same_message")).collect();
    expected.insert(0, by_event.clone());
    expected.sort();
    assert_eq!(sorted(rows(ties)), expected);
    assert_eq!(rows(&format!("SELECT person FROM persons WHERE account = '{OF_NUMBERS}'")), [NUMBERS[2]]);
    assert!(rows("SELECT conflict FROM conflicts WHERE conflict LIKE 'one %'").is_empty());
    // Once a change is none, the hidden id has numbers of two persons and is tied to neither.
    cut_first_change(&case);
    assert_eq!(rows_of(&case, ties), [by_event]);
    assert_eq!(rows_of(&case, &format!("SELECT person FROM persons WHERE account = '{}'", NUMBERS[0])), [NUMBERS[0]]);
    confirm_first_change(&case);
    assert_eq!(sorted(rows_of(&case, ties)), expected);
    assert_eq!(rows_of(&case, &format!("SELECT person FROM persons WHERE account = '{}'", NUMBERS[0])), [NUMBERS[2]]);
}

#[test]
fn two_accounts_of_one_phone_are_one_phone() {
    let folder = tempfile::tempdir().unwrap();
    let case = two_accounts(&folder.path().join("case"));
    let rows = |sql: &str| rows_of(&case, sql);
    assert_eq!(rows("SELECT revoked_on, devices FROM messages WHERE key = 'M2'"), ["1 2"]);
    assert_eq!(
        sorted(rows("SELECT value, device_list FROM differences WHERE key = 'M2' AND what = 'revoked'")),
        ["false ONE", "true TWO"]
    );
    assert_eq!(rows("SELECT present_on, devices FROM shares WHERE key = 'M3'"), ["2 2"]);
    assert!(rows("SELECT device, key FROM presence GROUP BY device, chat, sender, key HAVING count(*) > 1").is_empty());
    assert_eq!(rows("SELECT state FROM presence WHERE device = 'TWO' AND key = 'M2'"), ["revoked"]);
    // Each account has its own rows: three of the administrator's.
    assert_eq!(
        rows(&format!("SELECT received FROM roles WHERE person IN ('{XENIA}', '{YAGO}') ORDER BY person")),
        ["3", "3"]
    );
    // The wrong clock on the phone that was seized early does not make its table of members the newest.
    assert_eq!(rows(&format!("SELECT state FROM members WHERE person = '{CARLA}'")), ["inside"]);
    assert_eq!(rows(&format!("SELECT state FROM members WHERE person = '{WIM}'")), ["not_listed,_past_members_purged"]);
    assert_eq!(
        rows("SELECT person, listed_by, later_device FROM outdated_lists"),
        [format!("{WIM} group_on_own_phone ONE")]
    );
    // Nobody in particular was sent a link by a status post, or in an exported chat.
    assert_eq!(rows("SELECT recipient FROM invite_links"), ["NULL", "NULL"]);
}

#[test]
fn who_knows_the_group_longer_is_believed() {
    let folder = tempfile::tempdir().unwrap();
    let case = later(&folder.path().join("case"));
    let rows = |sql: &str| rows_of(&case, sql);
    // Without messages, events say how far a phone follows the group; its chat row is as new.
    assert_eq!(
        rows(&format!(
            "SELECT device, last_at = to_timestamp_millis(1480550400000 + 150000 * 60000) FROM last_seen WHERE chat = '{GROUP}'"
        )),
        ["EARLY false", "LATE true"]
    );
    assert_eq!(rows(&format!("SELECT subject FROM groups WHERE chat = '{GROUP}'")), ["Blue"]);
    assert_eq!(rows("SELECT person, later_device FROM outdated_lists"), [format!("{YAGO} LATE")]);
    assert_eq!(rows(&format!("SELECT state, stays FROM members WHERE person = '{WIM}'")), ["inside 1"]);
    assert_eq!(rows("SELECT person FROM conflicts WHERE conflict = 'listed after leaving'"), [WIM]);
    // One act that two phones hold a minute apart is one act.
    assert_eq!(
        rows(&format!("SELECT promoted, removed FROM roles WHERE person = '{ADMIN}' AND chat = '{GROUP}'")),
        ["1 1"]
    );
    // What one account of a phone and a copy of its database hold, the other account did not receive.
    assert_eq!(
        rows(&format!(
            "SELECT received FROM roles WHERE chat = '{GROUP}' AND person IN ('{XENIA}', '{CARLA}') ORDER BY person"
        )),
        ["0", "3"]
    );
    // Of the copy only what the phone no longer holds is here, so what is missing between its rows is no gap.
    assert!(rows(&format!("SELECT gap_from FROM evidence.row_gaps WHERE path = '{BACKUP}'")).is_empty());
    // A code belongs to one group: where it would open two, it opens the one that was entered first.
    assert_eq!(rows(&format!("SELECT code FROM invite_links WHERE code = '{CODE}'")).len(), 1);
    assert_eq!(
        rows("SELECT chat, inviter, code FROM link_entries ORDER BY at"),
        [format!("{GROUP} {ADMIN} {CODE}"), format!("{SIDE} NULL NULL")]
    );
    // A time in another unit is told, and makes nobody the first.
    assert_eq!(rows("SELECT sender, key FROM first_shares"), [format!("{ADMIN} S1")]);
    assert_eq!(rows("SELECT key, place, first_known FROM ledger ORDER BY place"), ["S1 1 true", "S2 2 false"]);
    assert_eq!(rows("SELECT person FROM conflicts WHERE conflict = 'before the messenger'"), [YAGO]);
    // A caption stands once, where its chat does; recovered texts are found too, and quotes of what another phone holds are no copies.
    assert_eq!(
        rows("SELECT entry_kind, chat, device_list FROM search_texts WHERE text = 'lantern over water'"),
        [format!("caption {ADMIN}_{XENIA} EARLY_LATE")]
    );
    assert_eq!(rows("SELECT entry_kind FROM search_texts WHERE text = 'a line that was deleted'"), ["recovered"]);
    assert!(rows("SELECT * FROM quoted_copies").is_empty());
}

#[test]
fn a_number_that_a_copy_accounts_for_is_not_free() {
    let folder = tempfile::tempdir().unwrap();
    let case = accounted_for(&folder.path().join("case"));
    let gaps = "SELECT gap_from, gap_to FROM evidence.row_gaps WHERE device = 'TWO' AND gap_from > 11";
    assert_eq!(rows_of(&case, gaps), ["12 12"]);
    let says =
        "row_numbers_12_to_12_are_missing_where_it_would_stand,_all_of_them_with_a_row_in_a_copy_of_the_database";
    assert_eq!(rows_of(&case, "SELECT key, state, says FROM absences"), [format!("X never_delivered {says}")]);
}

#[test]
fn a_phone_holds_what_any_of_its_accounts_could_see() {
    let folder = tempfile::tempdir().unwrap();
    let case = taking_turns(&folder.path().join("case"));
    assert_eq!(
        sorted(rows_of(&case, "SELECT key, state FROM presence WHERE device = 'TWO'")),
        ["M0 before_joining", "M1 live", "M2 between_stays", "M3 live", "M4 never_delivered", "S1 live"]
    );
    assert_eq!(rows_of(&case, "SELECT key FROM absences"), ["M4"]);
}

#[test]
fn a_phone_that_names_no_owner_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (named, unnamed) = (unnamed(&folder.path().join("a"), true), unnamed(&folder.path().join("b"), false));
    for sql in [
        "SELECT chat, person, stay, entered, entered_how, entered_by, ended, ended_how FROM stays",
        "SELECT * FROM invitations",
        "SELECT * FROM owner_stays",
        "SELECT device, sender, key, state FROM presence",
        "SELECT person, state, first_entered, last_ended, entered_by, device_list FROM members",
        "SELECT fact, value, at, by_person FROM group_facts",
        "SELECT conflict, person FROM conflicts",
    ] {
        assert_eq!(sorted(rows_of(&unnamed, sql)), sorted(rows_of(&named, sql)), "{sql}");
    }
    assert_eq!(rows_of(&unnamed, &format!("SELECT inviter FROM invitations WHERE invitee = '{EVA}'")), [BETO]);
}

#[test]
fn own_messages_under_another_number_show_that_it_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str, last| renumbered(&folder.path().join(name), last);
    let ties = "SELECT account, other, alias_kind FROM aliases";
    let messages = "SELECT sender, key, devices FROM messages";
    let changed = of("changed", None);
    assert_eq!(rows_of(&changed, ties), [format!("{BETO_OLD} {BETO} inferred_number_change")]);
    let one = |key: &str| format!("{BETO} {key} 2");
    assert_eq!(sorted(rows_of(&changed, messages)), [one("K1"), one("K2"), one("K3")]);
    // Phones that do not agree under which number say nothing of a change.
    for (name, last) in [("another", ANA), ("today", BETO)] {
        let case = of(name, Some(last));
        assert!(rows_of(&case, ties).is_empty(), "{name}");
        assert!(!rows_of(&case, "SELECT person FROM conflicts WHERE conflict = 'one message, two senders'").is_empty());
    }
}

#[test]
fn messages_outweigh_events_and_no_act_ties_two_who_went_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let case = removed_at_once(&folder.path().join("case"));
    let ties = "SELECT account, other, alias_kind FROM aliases ORDER BY account";
    assert_eq!(
        rows_of(&case, ties),
        [format!("{CARLA_LID} {CARLA} same_event"), format!("{WIM_LID} {WIM} same_message")]
    );
    assert_eq!(
        rows_of(&case, "SELECT person, one_says, other_says FROM conflicts WHERE conflict = 'inferred ties disagree'"),
        [format!("{WIM_LID} same_event_as_{EVA},_rows:_1 same_message_as_{WIM},_rows:_3")]
    );
}

fn rows_of(case: &custodia_case::Case, sql: &str) -> Vec<String> {
    let mut asked = Asked(Questions::open(case, 2).unwrap());
    match sqllogictest::DB::run(&mut asked, sql).unwrap() {
        sqllogictest::DBOutput::Rows { rows, .. } => rows.into_iter().map(|row| row.join(" ")).collect(),
        _ => Vec::new(),
    }
}

fn sorted(mut rows: Vec<String>) -> Vec<String> {
    rows.sort();
    rows
}

#[test]
fn what_phones_show_of_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let case = shown(&folder.path().join("case"));
    let rows = |sql: &str| rows_of(&case, sql);
    // Who quotes a link sends nobody one.
    assert_eq!(rows("SELECT DISTINCT sender FROM invite_links"), [ADMIN]);
    assert_eq!(rows("SELECT count(*) FROM leads WHERE trace_kind = 'invite link'"), ["2"]);
    // An owner whom other phones know by a hidden id alone.
    assert_eq!(rows("SELECT person FROM persons WHERE account = 'owner of YAG'"), [CARLA_LID]);
    assert_eq!(rows("SELECT sender, devices FROM messages WHERE key = 'Y1'"), [format!("{CARLA_LID} 2")]);
    assert_eq!(rows(&format!("SELECT received FROM roles WHERE person = '{CARLA_LID}'")), ["1"]);
    // A copy says nothing of what came later.
    assert_eq!(rows("SELECT key, state FROM presence WHERE device = 'WIM' AND key = 'S1'"), ["S1 after_the_copy"]);
    assert_eq!(rows("SELECT count(*) FROM absences WHERE device = 'WIM' AND key IN ('S1', 'Y1', 'Y2')"), ["0"]);
    assert!(rows(&format!("SELECT chat FROM groups WHERE community = '{COMMUNITY}'")).is_empty());
    // By its path a message without a digest shares the file, and local times come after all others.
    assert_eq!(rows("SELECT chat, key, shares FROM first_shares"), [format!("{GROUP} S1 2")]);
    assert_eq!(
        rows("SELECT conflict, one_says, other_says FROM conflicts WHERE conflict LIKE 'one %' ORDER BY 1"),
        [
            "one_message,_two_texts message_M1:_one two".to_owned(),
            format!("one_number,_changed_twice changed_to_{} changed_to_{}", NUMBERS[1], NUMBERS[2]),
            format!("one_number,_several_hidden_ids {OTHER_LID} {WIM_LID}"),
        ]
    );
}

#[test]
fn a_bad_question_is_the_askers_and_nothing_can_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(&folder.path().join("case"));
    let questions = Questions::open(&case, 1).unwrap();
    for sql in [
        "nothing",
        "SELECT nothing FROM groups",
        "DROP TABLE evidence.messages",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "SELECT * FROM",
    ] {
        assert!(questions.ask(sql).is_err(), "{sql}");
    }
    assert_eq!(questions.ask("SELECT count(*) AS n FROM evidence.messages").unwrap().objects().unwrap()[0]["n"], 17);
}

#[test]
fn an_answer_without_rows_is_json_too() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(&folder.path().join("case"));
    let questions = Questions::open(&case, 2).unwrap();
    for sql in ["SELECT 1 AS a WHERE false", "SELECT * FROM clock_offsets WHERE offset_ms > 5 ORDER BY device LIMIT 3"]
    {
        let answer = questions.ask(sql).unwrap();
        assert!(answer.objects().unwrap().is_empty(), "{sql}");
        let mut empty = Vec::new();
        custodia_case::Answer { batches: vec![RecordBatch::new_empty(answer.schema.clone())], schema: answer.schema }
            .print(Format::Json, &mut empty)
            .unwrap();
        assert_eq!(String::from_utf8(empty).unwrap().trim(), "[]");
    }
}

#[test]
fn what_a_quote_keeps_is_of_the_message_it_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let case = invented::quoting::quoting(&folder.path().join("case"));
    let mut asked = Asked(Questions::open(&case, 2).unwrap());
    let mut rows = |sql: &str| match sqllogictest::DB::run(&mut asked, sql).unwrap() {
        sqllogictest::DBOutput::Rows { rows, .. } => rows.into_iter().map(|row| row.join(" ")).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    // The phone holds the one that stands in the group; only the other is a copy.
    assert_eq!(
        rows("SELECT chat, sender, key, copy_of, quoted_by FROM quoted_copies"),
        [format!("{GROUP} {CARLA} K9 no_phone_holds_it {ANA}")]
    );
    assert_eq!(
        rows("SELECT DISTINCT chat, account FROM evidence.appearances WHERE appears_as = 'quoted sender'"),
        [format!("{GROUP} {CARLA}")]
    );
    // A hit that says where it comes from, and nobody's share.
    assert_eq!(
        rows("SELECT how, chat, sender, key, origin FROM known_hits"),
        [format!("hash_in_quote {GROUP} {CARLA} K8 CO-1:/db#message_quoted_media/5")]
    );
    for sql in [
        "SELECT 1 FROM shares",
        "SELECT 1 FROM share_copies",
        "SELECT 1 FROM first_shares",
        "SELECT 1 FROM ledger",
        "SELECT 1 FROM evidence.file_appearances",
        "SELECT 1 FROM groups WHERE known_hits > 0 OR shares > 0",
        "SELECT 1 FROM countries WHERE known_shares > 0",
    ] {
        assert_eq!(rows(sql), [""; 0], "{sql}");
    }
}

#[test]
fn cells_that_a_spreadsheet_would_run_are_texts() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(&folder.path().join("case"));
    let questions = Questions::open(&case, 1).unwrap();
    let mut csv = Vec::new();
    let answer = questions.ask("SELECT '=1+1' AS a, ' @x' AS b, '-5' AS c, 'say \"hi\", you' AS d").unwrap();
    answer.print(Format::Csv, &mut csv).unwrap();
    assert_eq!(String::from_utf8(csv).unwrap(), "a,b,c,d\n'=1+1,' @x,-5,\"say \"\"hi\"\", you\"\n");
}

#[test]
fn a_changed_bundle_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let case = case(&folder.path().join("case"));
    let bundle = case.bundle(&"ES-1".parse().unwrap());
    let differences = || custodia_case::bundle::verify(&bundle, case.accepted_keys()).unwrap().1;
    assert!(differences().is_empty(), "{:?}", differences());
    let table = bundle.join("messages.parquet");
    let good = std::fs::read(&table).unwrap();
    let mut bad = good.clone();
    bad[good.len() / 2] ^= 1;
    std::fs::write(&table, &bad).unwrap();
    assert!(differences()[0].0.contains("messages.parquet"), "{:?}", differences());
    std::fs::remove_file(&table).unwrap();
    assert!(differences()[0].0.contains("missing"));
    std::fs::write(&table, &good).unwrap();
    std::fs::write(bundle.join("stranger"), "x").unwrap();
    assert!(differences()[0].0.contains("stranger"));
    std::fs::remove_file(bundle.join("stranger")).unwrap();
    let manifest = bundle.join("manifest.json");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.replace("JI 4/2017", "JI 5/2017")).unwrap();
    assert!(differences()[0].0.contains("seal"), "{:?}", differences());
}
