//! Phones on which one thing stands several times: several persons let in by one act, several numbers of one person, several
//! accounts on one phone, several seizures.

use super::*;

pub const ADMIN: &str = "34600000011@s.whatsapp.net";
pub const XENIA: &str = "34600000012@s.whatsapp.net";
pub const XENIA_LID: &str = "100000000000012@lid";
pub const YAGO: &str = "34600000013@s.whatsapp.net";
pub const WIM: &str = "34600000014@s.whatsapp.net";
pub const WIM_LID: &str = "100000000000014@lid";
pub const NUMBERS: [&str; 3] =
    ["34600000021@s.whatsapp.net", "34600000022@s.whatsapp.net", "34600000023@s.whatsapp.net"];
pub const OF_NUMBERS: &str = "100000000000021@lid";

/// The administrator let Xenia and Yago in by one act, and later Wim alone; each of their phones names its own owner. Somebody with a
/// hidden id on the administrator's phone writes under three numbers on the others, each changed into the next.
pub fn let_in(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut admin = Phone::new(ADMIN);
    admin.chat(1, GROUP, Some("Circles"));
    admin.event(2, 0, "created", Some(ADMIN), None);
    admin.event(3, 30, "added", Some(ADMIN), Some(WIM_LID));
    for (place, message) in ["M1", "M2", "M3"].into_iter().enumerate() {
        admin.message(10 + place as i64, GROUP, OF_NUMBERS, message, 100 + place as i64, "a circle");
    }
    admin.seal(&case, "A", "ES", &key);
    for (place, (label, owner, named)) in
        [("X", XENIA, XENIA_LID), ("Y", YAGO, YAGO), ("W", WIM, WIM)].into_iter().enumerate()
    {
        let mut phone = Phone::new(owner);
        phone.chat(1, GROUP, Some("Circles"));
        phone.event(2, if owner == WIM { 30 } else { 10 }, "added", Some(ADMIN), Some(named));
        phone.message(10, GROUP, NUMBERS[place], ["M1", "M2", "M3"][place], 100 + place as i64, "a circle");
        if let Some(next) = NUMBERS.get(place + 1) {
            let change = Alias {
                account: t(NUMBERS[place]),
                other: t(next),
                alias_kind: t("number change"),
                at: minute(90 + place as i64),
            };
            phone.put("message_system_number_change", 20, change);
        }
        phone.seal(&case, label, "ES", &key);
    }
    case
}

/// Takes the first change of number for one between two persons.
pub fn cut_first_change(case: &Case) {
    put_decisions(case, &[("cut", NUMBERS[0], Some(NUMBERS[1]), None, "two persons")]);
}

/// And takes that back.
pub fn confirm_first_change(case: &Case) {
    put_decisions(case, &[("confirm", NUMBERS[0], Some(NUMBERS[1]), None, "one person after all")]);
}

/// One phone holds the group under two accounts, another under one; a third was seized half a year earlier and shows a message with
/// a clock two years ahead. Links stand in a status post and in an exported chat too.
pub fn two_accounts(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut two = Phone::new(XENIA);
    for (owner, path) in [(XENIA, "/messenger.db"), (YAGO, "/business.db")] {
        two.owner = owner;
        let from = two.rows.len();
        two.own_account();
        two.chat(1, GROUP, Some("Circles"));
        two.message(10, GROUP, ADMIN, "M1", 10, "a circle");
        let revocation = Message {
            owner: Some(t(owner)),
            chat: t(GROUP),
            key: t("R2"),
            original_key: Some(t("M2")),
            sender: Some(t(ADMIN)),
            sent: minute(20),
            message_kind: t("revoked"),
            ..Message::default()
        };
        two.put("message", 11, revocation);
        two.share(12, GROUP, ADMIN, "M3", 30, true);
        for (origin, _) in &mut two.rows[from..] {
            origin.path = t(path);
        }
    }
    two.link(20, "34600000011@status", ADMIN, "S1", 40);
    two.link(21, EXPORTED, ADMIN, "line:1", 41);
    two.seized_at = minute(200_000);
    two.seal(&case, "TWO", "ES", &key);
    let mut one = Phone::new(ADMIN);
    one.chat(1, GROUP, Some("Circles"));
    one.message(10, GROUP, ADMIN, "M1", 10, "a circle");
    one.message(11, GROUP, ADMIN, "M2", 20, "a square");
    one.share(12, GROUP, ADMIN, "M3", 30, true);
    one.message(13, GROUP, XENIA, "M4", 190_000, "a late line");
    one.member(1, ADMIN, "admin");
    one.member(2, XENIA, "member");
    one.member(3, YAGO, "member");
    one.member(4, CARLA, "member");
    one.seized_at = minute(200_000);
    one.seal(&case, "ONE", "ES", &key);
    let mut early = Phone::new(WIM);
    early.chat(1, GROUP, Some("Circles"));
    early.member(1, ADMIN, "admin");
    early.message(10, GROUP, XENIA, "M5", 1_000_000, "by a wrong clock");
    early.seized_at = minute(1_000);
    early.seal(&case, "EARLY", "ES", &key);
    case
}
