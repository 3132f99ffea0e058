//! Acts that follow each other closely, clocks that are wrong, ties that are wrong.

use super::*;

/// A hidden id that no other phone knows.
pub const LID: &str = "100000000000077@lid";

/// Another file than [`FILE`].
pub const CODED_ANEW: &str = "bb00000000000000000000000000000000000000000000000000000000000000";

/// Two phones that hold the same events, of which some undo each other within two minutes.
pub fn quick(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    for (owner, label) in [(ANA, "ONE"), (BETO, "TWO")] {
        let mut phone = Phone::new(owner);
        phone.chat(1, GROUP, Some("Circles"));
        for (number, at, action, actor, target) in [
            (2, 0, "created", ANA, ANA),
            (3, 1, "added", ANA, BETO),
            (4, 2, "added", ANA, CARLA),
            (5, 3, "added", ANA, EVA),
            (6, 10, "promoted", ANA, CARLA),
            (7, 11, "demoted", BETO, CARLA),
            (8, 70, "left", EVA, EVA),
            (9, 71, "joined by link", EVA, EVA),
            (10, 72, "removed", ANA, EVA),
            (11, 130, "removed", ANA, CARLA),
            (12, 131, "added", BETO, CARLA),
            (13, 132, "removed", BETO, CARLA),
        ] {
            phone.event(number, at, action, Some(actor), Some(target).filter(|_| action != "created"));
        }
        phone.seal(&case, label, "ES", &key);
    }
    case
}

/// Beto's clock is slow, so that the file that Ana sent seems to be his; Ana's phone coded a listed file anew. Beto's phone lacks one of his
/// own messages and one of Ana's, and holds what she revoked as revoked. Eva had been there before she was added.
pub fn slow(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    for (owner, label) in [(ANA, "ONE"), (BETO, "TWO")] {
        let mut phone = Phone::new(owner);
        phone.chat(1, GROUP, Some("Circles"));
        for (number, at, action, target) in
            [(2, 0, "created", None), (3, 1, "added", Some(BETO)), (4, 2, "added", Some(CARLA))]
        {
            phone.event(number, at, action, Some(ANA), target);
        }
        phone.event(5, 20, "left", Some(EVA), Some(EVA));
        phone.event(6, 30, "added", Some(ANA), Some(EVA));
        for (number, sender, message, sent, server) in [(7, ANA, "S1", 300, 300), (9, BETO, "S2", 200, 360)] {
            phone.share(number, GROUP, sender, message, sent, true);
            let message = phone.rows.len() - 2;
            if let (_, Row::Message(message)) = &mut phone.rows[message] {
                message.server_received = minute(server).filter(|_| sender == owner);
            }
        }
        let (all, held) = ([(20, ANA, "A1"), (21, BETO, "B1"), (22, BETO, "B2"), (23, CARLA, "C1")], ["B1", "C1"]);
        let held = all.iter().filter(|(.., message)| owner == ANA || held.contains(message));
        for (number, (_, sender, message)) in (20..).zip(held) {
            phone.message(number, GROUP, sender, message, 400 + number, "a circle");
        }
        phone.message(30, GROUP, ANA, "R1", 500, "a word");
        if owner == BETO {
            if let Some((_, Row::Message(message))) = phone.rows.last_mut() {
                (message.message_kind, message.text) = (t("revoked"), None);
            }
            let record = RecoveredRecord {
                owner: Some(t(BETO)),
                recovered_table: t("message"),
                certainty: t("certain"),
                chat: Some(t(GROUP)),
                key: Some(t("R1")),
                sender: Some(t(ANA)),
                ..RecoveredRecord::default()
            };
            phone.put("message", 30, record);
        } else {
            phone.share(40, GROUP, ANA, "O1", 600, true);
            if let Some((_, Row::Attachment(row))) = phone.rows.last_mut() {
                (row.sha256, row.original_sha256) = (Some(t(CODED_ANEW)), Some(t(FILE)));
            }
        }
        phone.seal(&case, label, "ES", &key);
    }
    let mut list = Import::begin(&case, &"vics".parse().unwrap()).unwrap();
    let entry = Known { list: t("vics"), list_kind: t("known"), sha256: Some(t(FILE)), ..Known::default() };
    list.writer.put(Origin::at(t("/vics.json"), t("entry"), 1), entry.into());
    list.publish(Source::default(), &key).unwrap();
    case
}

/// Ana's phone ties a hidden id to Eva; on Beto's the same messages are Carla's.
pub fn mapped(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    for (owner, label, sender) in [(ANA, "ONE", LID), (BETO, "TWO", CARLA)] {
        let mut phone = Phone::new(owner);
        phone.chat(1, GROUP, Some("Circles"));
        for (number, message) in (10..).zip(["M1", "M2", "M3", "M4"]) {
            phone.message(number, GROUP, sender, message, number, "a circle");
        }
        if owner == ANA {
            let map = Alias { account: t(LID), other: t(EVA), alias_kind: t("lid map"), at: None };
            phone.put("jid_map", 1, map);
        }
        phone.seal(&case, label, "ES", &key);
    }
    case
}

/// Somebody decides that this hidden id is not Eva's.
pub fn cut_map(case: &Case) {
    put_decisions(case, &[("cut", LID, Some(EVA), None, "statement 5")]);
}

/// Beto posts a link in a group whose preview names another; later Ana sends a link without a preview to Carla, who enters at once.
pub fn written(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut ana = Phone::new(ANA);
    ana.chat(1, GROUP, Some("Circles"));
    ana.chat(2, later::SIDE, Some("Sides"));
    ana.event(3, 0, "created", Some(ANA), None);
    for (number, person) in [(4, BETO), (5, CARLA)] {
        ana.event(number, 10, "added", Some(ANA), Some(person));
    }
    for (number, chat, sender, message, at, code) in
        [(6, GROUP, BETO, "L1", 30, "TheCodeThatWasPostedOn"), (7, CARLA, ANA, "L2", 600, "TheCodeThatWasSentToHer")]
    {
        ana.link(number, chat, sender, message, at);
        if let Some((_, Row::Trace(trace))) = ana.rows.last_mut() {
            (trace.value, trace.group_name) = (t(code), Some(t("Sides")).filter(|_| sender == BETO));
        }
    }
    ana.event(8, 601, "joined by link", Some(CARLA), Some(CARLA));
    if let Some((_, Row::GroupEvent(event))) = ana.rows.last_mut() {
        event.chat = t(later::SIDE);
    }
    ana.seal(&case, "ONE", "ES", &key);
    case
}

/// One phone whose backup holds an earlier text, a text that is revoked since, a message that could not be decrypted yet, and a file that
/// was not downloaded yet; a second phone holds one message without its text.
pub fn backed_up(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut phone = Phone::new(ANA);
    phone.chat(1, GROUP, Some("Circles"));
    for (number, message, live, before) in [
        (10, "K1", Some("at nine"), Some("zebra at ten")),
        (11, "K2", None, Some("words two")),
        (12, "K3", Some("waited for"), None),
        (13, "K4", Some("the same"), Some("the same")),
    ] {
        for (text, found, path) in
            [(live, Found::Live, "/db"), (before, Found::Backup, "/Databases/msgstore-2016-12-20.1.db")]
        {
            phone.message(number, GROUP, BETO, message, number, text.unwrap_or_default());
            if let Some((origin, Row::Message(row))) = phone.rows.last_mut() {
                (origin.found, origin.path) = (found, t(path));
                if text.is_none() {
                    row.text = None;
                    row.message_kind = t(if message == "K2" { "revoked" } else { "not decrypted" });
                }
            }
        }
    }
    for (found, path) in [(Found::Live, "/db"), (Found::Backup, "/Databases/msgstore-2016-12-20.1.db")] {
        phone.share(40, GROUP, BETO, "F1", 600, true);
        if let Some((origin, Row::Attachment(row))) = phone.rows.last_mut() {
            (origin.found, origin.path, row.sha256) = (found, t(path), Some(t(FILE)));
            row.present = found == Found::Live;
        }
    }
    phone.seal(&case, "ONE", "ES", &key);
    let mut other = Phone::new(CARLA);
    other.chat(1, GROUP, Some("Circles"));
    other.message(10, GROUP, BETO, "K4", 13, "");
    if let Some((_, Row::Message(row))) = other.rows.last_mut() {
        row.text = None;
    }
    other.seal(&case, "TWO", "ES", &key);
    let mut list = Import::begin(&case, &"vics".parse().unwrap()).unwrap();
    let entry = Known { list: t("vics"), list_kind: t("known"), sha256: Some(t(FILE)), ..Known::default() };
    list.writer.put(Origin::at(t("/vics.json"), t("entry"), 1), entry.into());
    list.publish(Source::default(), &key).unwrap();
    case
}
