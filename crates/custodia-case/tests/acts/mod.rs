//! Views over acts that follow each other closely, links, wrong clocks and wrong ties: what each says, and what none of them does.

use super::invented::acts::{CODED_ANEW, LID, backed_up, cut_map, mapped, quick, slow, written};
use super::invented::later::SIDE;
use super::invented::owners::posted;
use super::invented::several::{ADMIN, WIM, YAGO};
use super::invented::{ANA, BETO, CARLA, EVA, FILE};
use super::{rows_of, sorted};

#[test]
fn a_link_posted_in_a_group_leads_to_the_group_that_its_readers_enter() {
    let folder = tempfile::tempdir().unwrap();
    let case = posted(&folder.path().join("case"), false);
    assert_eq!(rows_of(&case, "SELECT chat, basis, row_count FROM link_groups"), [format!("{SIDE} entries 2")]);
    assert_eq!(
        rows_of(&case, "SELECT invitee, inviter, sent_how FROM link_entries ORDER BY at"),
        [
            format!("{CARLA} {ADMIN} posted_in_a_group"),
            format!("{YAGO} NULL NULL"),
            format!("{EVA} NULL NULL"),
            format!("{WIM} {ADMIN} posted_in_a_group"),
        ]
    );
    assert_eq!(rows_of(&case, "SELECT chat FROM leads WHERE trace_kind = 'invite link'"), [SIDE]);
}

#[test]
fn an_entry_that_a_named_link_explains_speaks_for_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let case = posted(&folder.path().join("case"), true);
    assert_eq!(
        rows_of(&case, "SELECT code, chat, basis FROM link_groups"),
        [format!("TheOtherCodeOfTheGroup {SIDE} title")]
    );
    assert_eq!(
        sorted(rows_of(&case, "SELECT invitee, inviter FROM link_entries WHERE inviter IS NOT NULL")),
        sorted([CARLA, WIM].map(|person| format!("{person} {YAGO}")).to_vec())
    );
}

#[test]
fn who_writes_to_a_person_goes_before_who_posted_long_ago() {
    let folder = tempfile::tempdir().unwrap();
    let case = written(&folder.path().join("case"));
    assert_eq!(
        sorted(rows_of(&case, "SELECT code, basis FROM link_groups")),
        ["TheCodeThatWasPostedOn title", "TheCodeThatWasSentToHer entries"]
    );
    assert_eq!(rows_of(&case, "SELECT inviter, sent_how FROM link_entries"), [format!("{ANA} to_the_person")]);
}

#[test]
fn acts_that_follow_each_other_do_not_contradict() {
    let folder = tempfile::tempdir().unwrap();
    let case = quick(&folder.path().join("case"));
    let conflicts = "SELECT conflict, person, one_says, other_says FROM conflicts WHERE conflict IN ('who acted', 'left or removed')";
    assert_eq!(rows_of(&case, conflicts), [""; 0]);
}

#[test]
fn what_clocks_and_phones_say_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let case = slow(&folder.path().join("case"));
    let rows = |sql: &str| rows_of(&case, sql);
    assert_eq!(rows(&format!("SELECT sender FROM first_shares WHERE sha256 = '{FILE}'")), [BETO]);
    assert_eq!(
        rows("SELECT person, other_says FROM conflicts WHERE conflict = 'first share'"),
        [format!("{BETO} earlier_by_the_server's_clock:_message_S1_by_{ANA}")]
    );
    assert_eq!(
        rows("SELECT key, sha256 FROM known_hits WHERE how = 'original hash in message'"),
        [format!("O1 {FILE}")]
    );
    assert_eq!(rows(&format!("SELECT count(*) FROM known_hits WHERE sha256 = '{CODED_ANEW}'")), ["0"]);
    assert_eq!(
        rows("SELECT key, state FROM presence WHERE device = 'TWO' AND key IN ('A1', 'B2') ORDER BY key"),
        ["A1 never_delivered", "B2 deleted_or_never_delivered"]
    );
    assert_eq!(rows("SELECT live_as FROM recovered"), ["revoked"]);
    assert_eq!(rows(&format!("SELECT devices FROM accounts WHERE account = '{CARLA}'")), ["2"]);
    assert_eq!(
        rows(&format!("SELECT entered_by, entered_how, stays FROM members WHERE person = '{EVA}'")),
        [format!("{ANA} added 2")]
    );
}

#[test]
fn a_tie_that_was_cut_hides_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let case = mapped(&folder.path().join("case"));
    let ties = "SELECT account, other, alias_kind, cut FROM aliases ORDER BY other";
    assert_eq!(rows_of(&case, ties), [format!("{LID} {EVA} lid_map false")]);
    cut_map(&case);
    assert_eq!(
        sorted(rows_of(&case, ties)),
        sorted(vec![format!("{LID} {EVA} lid_map true"), format!("{LID} {CARLA} same_message false")])
    );
    assert_eq!(rows_of(&case, "SELECT count(*) FROM messages"), ["4"]);
}

#[test]
fn a_message_tells_one_of_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let case = backed_up(&folder.path().join("case"));
    assert_eq!(
        rows_of(
            &case,
            "SELECT key, message_kind, text, texts_differ, device_list, text_device_list, origin FROM messages WHERE key LIKE 'K%' ORDER BY key"
        ),
        [
            "K1 text at_nine true ONE ONE ONE:/db#message/10",
            "K2 text words_two false ONE ONE ONE:/Databases/msgstore-2016-12-20.1.db#message/11",
            "K3 text waited_for false ONE ONE ONE:/db#message/12",
            "K4 text the_same false ONE_TWO ONE ONE:/db#message/13",
        ]
    );
    assert_eq!(
        rows_of(
            &case,
            "SELECT key, text, device_list, origin FROM search_texts WHERE entry_kind = 'message' ORDER BY key, text"
        ),
        [
            "K1 at_nine ONE ONE:/db#message/10",
            "K1 zebra_at_ten ONE ONE:/Databases/msgstore-2016-12-20.1.db#message/10",
            "K2 words_two ONE ONE:/Databases/msgstore-2016-12-20.1.db#message/11",
            "K3 waited_for ONE ONE:/db#message/12",
            "K4 the_same ONE ONE:/db#message/13",
        ]
    );
    let hits = "SELECT how, key, origin FROM known_hits WHERE key IS NOT NULL";
    assert_eq!(rows_of(&case, hits).len(), 1, "{:?}", rows_of(&case, hits));
    assert_eq!(rows_of(&case, "SELECT present FROM share_copies"), ["true"]);
}
