//! Invented phones.
//!
//! Those of `case`, all in one group 120363000000000001@g.us ("Circles"), which Ana created on 1 December 2016:
//! ES-1 is Ana's. CO-1 is Beto's, whom Ana added; he was removed, and came back by link. ES-2 is Carla's, who is known by
//! her LID on Ana's phone and by her number on her own; she shared the first file, which is gone from her phone. Ana sent
//! Beto the link two minutes before he came back. Beto's phone says that he left, Ana's that she removed him. A row is gone
//! from Beto's phone, and a message stands only in a copy of his database. Persons decided on Dora's number, on a country, and
//! withdrew a note.

pub mod acts;
pub mod later;
pub mod owners;
pub mod quoting;
pub mod several;
pub mod shown;

use std::path::Path;

use custodia_case::Case;
use custodia_case::bundle::{Completeness, Exhibit, Source};
use custodia_case::decisions::Decision;
use custodia_case::known::Import;
use custodia_model::tables::*;
use custodia_model::{Found, Origin, Row, Rows, Text, Time};
use custodia_trust::SealKey;

pub const GROUP: &str = "120363000000000001@g.us";
pub const OLD_GROUP: &str = "34600000001-1480000000@g.us";
pub const ANA: &str = "34600000001@s.whatsapp.net";
pub const BETO: &str = "573000000002@s.whatsapp.net";
pub const BETO_OLD: &str = "573000000009@s.whatsapp.net";
pub const CARLA: &str = "34600000003@s.whatsapp.net";
pub const CARLA_LID: &str = "100000000000003@lid";
pub const EXPORTED: &str = "chat@0123456789abcdef.export";
pub const EVA: &str = "34600000005@s.whatsapp.net";
pub const DORA: &str = "100000000000004@lid";
pub const BACKUP: &str = "/Databases/msgstore-2016-12-20.1.db";
pub const ONION: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd.onion";
pub const FILE: &str = "aa00000000000000000000000000000000000000000000000000000000000000";
pub const FILE_MD5: &str = "aa000000000000000000000000000000";

/// A new case, and the key that seals what goes into it.
fn begun(folder: &Path) -> (Case, SealKey) {
    let key = SealKey::generate().unwrap();
    (Case::open_or_create(folder, &key.public()).unwrap(), key)
}

pub fn t(text: &str) -> Text {
    text.into()
}

/// Minute `n` after the group was created.
pub fn minute(n: i64) -> Option<Time> {
    Some(Time(1_480_550_400_000 + n * 60_000))
}

struct Phone {
    owner: &'static str,
    seized_at: Option<Time>,
    rows: Vec<(Origin, Row)>,
}

impl Phone {
    fn new(owner: &'static str) -> Phone {
        let mut phone = Phone { owner, seized_at: None, rows: Vec::new() };
        phone.own_account();
        phone
    }

    /// The settings that name the owner.
    fn own_account(&mut self) {
        let (account, service) = (t(self.owner), t("whatsapp"));
        let row = Account { account, service, phone: None, name: None, name_kind: None, own: true };
        self.put("settings", 1, row);
    }

    fn put(&mut self, part: &str, number: i64, row: impl Into<Row>) {
        self.rows.push((Origin::at(t("/db"), t(part), number), row.into()));
    }

    fn chat(&mut self, number: i64, chat: &str, subject: Option<&str>) {
        let legacy = custodia_model::account::legacy_group(chat);
        let row = Chat {
            owner: Some(t(self.owner)),
            chat: t(chat),
            service: t("whatsapp"),
            chat_kind: t(custodia_model::account::chat_kind(chat)),
            subject: subject.map(t),
            address_creator: legacy.as_ref().map(|legacy| t(&legacy.0)),
            address_created: legacy.map(|legacy| legacy.1),
            ..Chat::default()
        };
        self.put("chat", number, row);
    }

    fn event(&mut self, number: i64, at: i64, action: &str, actor: Option<&str>, target: Option<&str>) {
        let row = GroupEvent {
            owner: Some(t(self.owner)),
            chat: t(GROUP),
            key: t(&format!("E{number}")),
            at: minute(at),
            action: t(action),
            actor: actor.map(t),
            target: target.map(t),
            new_value: (action == "created").then(|| t("Circles")),
            ..GroupEvent::default()
        };
        self.put("message", number, row);
    }

    fn member(&mut self, number: i64, account: &str, role: &str) {
        let row = Membership {
            chat: t(GROUP),
            account: t(account),
            standing: t("current"),
            role: Some(t(role)),
            ..Membership::default()
        };
        self.put("group_participant_user", number, row);
    }

    /// Somebody who has gone, without a time: an iPhone's table of members says no more.
    fn past_member(&mut self, number: i64, account: &str) {
        self.put(
            "ZWAGROUPMEMBER",
            number,
            Membership { chat: t(GROUP), account: t(account), standing: t("past"), ..Membership::default() },
        );
    }

    fn message(&mut self, number: i64, chat: &str, sender: &str, key: &str, at: i64, text: &str) {
        let row = Message {
            owner: Some(t(self.owner)),
            chat: t(chat),
            key: t(key),
            from_me: sender == self.owner,
            sender: Some(t(sender)),
            sent: minute(at),
            message_kind: t(if text.is_empty() { "image" } else { "text" }),
            text: Some(t(text)).filter(|text| !text.is_empty()),
            ..Message::default()
        };
        self.put("message", number, row);
    }

    fn share(&mut self, number: i64, chat: &str, sender: &str, key: &str, at: i64, present: bool) {
        self.message(number, chat, sender, key, at, "");
        let row = Attachment {
            owner: Some(t(self.owner)),
            chat: t(chat),
            key: t(key),
            from_me: sender == self.owner,
            sender: Some(t(sender)),
            sent: minute(at),
            message_kind: t("image"),
            sha256: Some(t(FILE)),
            mime: Some(t("image/png")),
            stored_size: Some(900),
            present,
            ..Attachment::default()
        };
        self.put("message_media", number, row);
    }

    /// A line of an exported chat: it stores no digest, only the name of a file beside it.
    fn share_by_path(&mut self, number: i64, chat: &str, sender: &str, key: &str, at: i64, path: &str) {
        self.share(number, chat, sender, key, at, true);
        if let Some((_, custodia_model::Row::Attachment(row))) = self.rows.last_mut() {
            row.sha256 = None;
            row.present_path = Some(t(path));
            row.present_by = Some(t("path"));
        }
    }

    fn link(&mut self, number: i64, chat: &str, sender: &str, key: &str, at: i64) {
        self.message(number, chat, sender, key, at, "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv");
        let row = Trace {
            trace_kind: t("invite link"),
            value: t("AbCdEfGhIjKlMnOpQrStUv"),
            as_written: t("https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv"),
            group_name: Some(t("Circles")),
            owner: Some(t(self.owner)),
            in_chat: Some(t(chat)),
            in_key: Some(t(key)),
            from_me: sender == self.owner,
            sender: Some(t(sender)),
            sent: minute(at),
            ..Trace::default()
        };
        self.put("message", number, row);
    }

    /// A trace in bytes that nothing reads.
    fn trace(&mut self, offset: i64, kind: &str, value: &str) {
        let row = Trace { trace_kind: t(kind), value: t(value), as_written: t(value), ..Trace::default() };
        self.put("byte", offset, row);
    }

    fn fact(&mut self, number: i64, fact: &str, value: &str) {
        self.put("siminfo", number, DeviceFact { fact: t(fact), fact_value: t(value) });
    }

    fn file(&mut self, path: &str) {
        let row = File {
            size: 900,
            md5: Some(t(FILE_MD5)),
            sha1: Some(t("aa00")),
            sha256: Some(t(FILE)),
            content: t("image/png"),
            outcome: t("parsed"),
            ..File::default()
        };
        self.rows.push((Origin::file(t(path)), row.into()));
    }

    /// A messenger's database as it lay in the evidence.
    fn database(&mut self) {
        let row = File {
            size: 4096,
            sha256: Some(t("dddd")),
            content: t("application/vnd.sqlite3"),
            parser: Some(t("WhatsApp messages on Android")),
            outcome: t("parsed"),
            ..File::default()
        };
        self.rows.push((Origin::file(t("/db")), row.into()));
    }

    fn seal(mut self, case: &Case, label: &str, country: &str, key: &SealKey) {
        let device = Device {
            device_kind: t("android"),
            authority: t("JI 4/2017"),
            country_of_seizure: Some(t(country)),
            seized_at: self.seized_at,
            source: t("phone.zip"),
            source_kind: t("zip"),
            source_sha256: t(label),
            items: 3,
            parsed: 2,
            partial: 1,
            ..Device::default()
        };
        self.rows.push((Origin::file(t("/")), device.into()));
        let label = label.parse().unwrap();
        let mut begun = case.begin(&label).unwrap();
        let mut writer = begun.writer().unwrap();
        for (origin, row) in self.rows {
            writer.put(origin, row);
        }
        let exhibit = Exhibit { label: label.to_string(), authority: "JI 4/2017".into(), ..Exhibit::default() };
        let source = Source { name: "phone.zip".into(), sha256: label.to_string(), ..Source::default() };
        writer.publish(&case.bundle(&label), exhibit, source, Completeness::default(), key).unwrap();
    }
}

pub fn case(folder: &Path) -> Case {
    let (case, key) = begun(folder);

    let mut ana = Phone::new(ANA);
    ana.chat(1, GROUP, Some("Circles"));
    ana.chat(2, OLD_GROUP, Some("Older"));
    ana.event(1, 0, "created", Some(ANA), None);
    ana.event(2, 1, "added", Some(ANA), Some(BETO_OLD));
    ana.event(3, 2, "added", Some(ANA), Some(CARLA_LID));
    ana.event(4, 50, "removed", Some(ANA), Some(BETO_OLD));
    ana.event(5, 60, "joined by link", Some(BETO), Some(BETO));
    ana.event(6, 55, "number changed", None, Some(BETO));
    ana.put(
        "message",
        6,
        Alias { account: t(BETO_OLD), other: t(BETO), alias_kind: t("number change"), at: minute(55) },
    );
    ana.member(1, BETO, "member");
    ana.member(2, CARLA_LID, "admin");
    ana.past_member(3, EVA);
    ana.message(10, GROUP, ANA, "K1", 3, "hello");
    ana.share(11, GROUP, CARLA_LID, "K2", 10, true);
    ana.message(12, GROUP, DORA, "K4", 20, "only ever seen as a sender");
    ana.message(13, BETO, BETO, "P1", 30, "to Ana");
    ana.share_by_path(17, EXPORTED, BETO, "line:3", 32, "/media/1.png");
    // A message without a digest leads to the file by its path alone.
    ana.share_by_path(18, BETO, BETO, "P3", 33, "/media/1.png");
    ana.link(14, BETO, ANA, "P7", 58);
    ana.trace(100, "phone number", "+573000000002");
    ana.trace(200, "onion address", ONION);
    ana.trace(300, "onion address", ONION);
    ana.trace(400, "invite link", "AbCdEfGhIjKlMnOpQrStUv");
    ana.trace(500, "url", "https://example.com/alone");
    ana.fact(1, "SIM country", "es");
    ana.fact(2, "time zone", "America/Bogota");
    ana.event(20, 70, "promoted", Some(ANA), Some(CARLA_LID));
    ana.event(21, 71, "subject changed", Some("34600000099@s.whatsapp.net"), None);
    // Beto's new number acts between his two stays, and Ana before the group was there.
    ana.event(22, 55, "icon changed", Some(BETO), None);
    ana.event(23, -60, "icon changed", Some(ANA), None);
    ana.file("/media/1.png");
    ana.put("message", 99, Warning::new("truncated", "page 7: 4096 bytes expected, 12 found").bytes(4084));
    ana.database();
    ana.seal(&case, "ES-1", "ES", &key);

    let mut beto = Phone::new(BETO);
    beto.chat(1, GROUP, Some("Circles"));
    beto.event(1, 1, "added", Some(ANA), Some(BETO));
    beto.event(2, 50, "left", Some(BETO), Some(BETO));
    beto.message(10, GROUP, ANA, "K1", 3, "hello!");
    beto.share(11, GROUP, CARLA, "K2", 10, false);
    beto.message(13, ANA, BETO, "P1", 30, "to Ana");
    beto.share(14, ANA, BETO, "P2", 31, false);
    beto.link(15, ANA, ANA, "P7", 58);
    // A deleted record alone bears a later link of another: nobody is said to have let anybody in by it.
    beto.link(16, CARLA, CARLA, "P9", 59);
    let (mut origin, trace) = beto.rows.pop().unwrap();
    beto.rows.pop();
    (origin.part, origin.number, origin.found) = (Some(t("byte")), Some(4_000), Found::Freeblock);
    beto.rows.push((origin, trace));
    beto.trace(100, "onion address", ONION);
    beto.trace(200, "group address", GROUP);
    beto.put(
        "call_log",
        1,
        Call { account: Some(t(ANA)), at: minute(40), call_result: t("answered"), ..Call::default() },
    );
    for (key, text) in [("K1", "hello"), ("P9", "gone since")] {
        beto.message(90, if key == "K1" { GROUP } else { ANA }, ANA, key, 3, text);
        let (origin, _) = beto.rows.last_mut().unwrap();
        (origin.path, origin.found) = (t(BACKUP), Found::Backup);
    }
    let copy = File { parser: Some(t("WhatsApp messages on Android")), outcome: t("parsed"), ..File::default() };
    beto.rows.push((Origin::file(t(BACKUP)), copy.into()));
    let quoting = Message {
        owner: Some(t(BETO)),
        chat: t(GROUP),
        key: t("K30"),
        from_me: true,
        sender: Some(t(BETO)),
        sent: minute(65),
        message_kind: t("text"),
        text: Some(t("which one?")),
        quoted_key: Some(t("K29")),
        quoted_sender: Some(t(CARLA)),
        quoted_text: Some(t("the blue circle")),
        ..Message::default()
    };
    beto.put("message", 30, quoting);
    for (number, key) in [(12, "K4"), (13, "K40")] {
        let record = RecoveredRecord {
            recovered_table: t("message"),
            certainty: t("probable"),
            page: 7,
            byte: 28_000 + number,
            cells: t("{}"),
            owner: Some(t(BETO)),
            chat: Some(t(GROUP)),
            key: Some(t(key)),
            from_me: Some(false),
            sender: Some(t(DORA)),
            sent: minute(20),
            message_kind: Some(t("text")),
            text: Some(t("only ever seen as a sender")),
            ..RecoveredRecord::default()
        };
        beto.put("message", number, record);
        beto.rows.last_mut().unwrap().0.found = Found::Unallocated;
    }
    beto.seal(&case, "CO-1", "CO", &key);

    let mut carla = Phone::new(CARLA);
    carla.chat(1, GROUP, Some("Circles"));
    carla.put("jid_map", 1, Alias { account: t(CARLA_LID), other: t(CARLA), alias_kind: t("lid map"), at: None });
    carla.share(11, GROUP, CARLA, "K2", 10, false);
    let found = carla.rows.len() - 2;
    carla.rows[found].0.found = Found::Wal;
    carla.put(
        "message",
        12,
        Message {
            owner: Some(t(CARLA)),
            chat: t(GROUP),
            key: t("K9"),
            original_key: Some(t("K1")),
            sender: Some(t(ANA)),
            sent: minute(3),
            message_kind: t("revoked"),
            revoked_at: minute(4),
            ..Message::default()
        },
    );
    carla.database();
    carla.seal(&case, "ES-2", "ES", &key);

    let mut list = Import::begin(&case, &"vics".parse().unwrap()).unwrap();
    let entry =
        Known { list: t("vics"), list_kind: t("known"), category: Some(1), md5: Some(t(FILE_MD5)), ..Known::default() };
    // Another file of the same MD5, as the list says.
    let other = Known { sha1: Some(t("bb11")), ..entry.clone() };
    list.writer.put(Origin::at(t("/vics.json"), t("entry"), 1), entry.into());
    list.writer.put(Origin::at(t("/vics.json"), t("entry"), 2), other.into());
    list.publish(Source::default(), &key).unwrap();
    decide(&case);
    case
}

fn decide(case: &Case) {
    let decisions = [
        ("confirm", DORA, Some("34600000004@s.whatsapp.net"), None, "statement 3"),
        ("country", CARLA, None, Some("PT"), "lives in Porto, statement 4"),
        ("note", GROUP, None, Some("ask Ana"), ""),
        ("withdraw", "3", None, None, "answered"),
    ];
    put_decisions(case, &decisions);
}

/// Decision, subject, other, value, reason.
type Put = (&'static str, &'static str, Option<&'static str>, Option<&'static str>, &'static str);

fn put_decisions(case: &Case, decisions: &[Put]) {
    let mut journal = custodia_trust::Journal::open(&case.journal()).unwrap();
    for (decision, subject, other, value, reason) in decisions.iter().copied() {
        let decision = Decision {
            decision: decision.into(),
            subject: subject.into(),
            other: other.map(str::to_owned),
            value: value.map(str::to_owned),
            reason: reason.into(),
        };
        journal.append("decide", "2017-04-01T10:00:00.000Z", "analyst", decision.body()).unwrap();
    }
}

/// Two phones that do not agree, and one that does not say whose it is.
pub fn disagreeing(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut ana = Phone::new(ANA);
    ana.chat(1, GROUP, Some("Circles"));
    ana.event(3, 10, "added", Some(ANA), Some(CARLA));
    ana.event(4, 20, "joined by link", None, Some(EVA));
    ana.event(5, 21, "left", Some(EVA), Some(EVA));
    ana.event(6, 22, "added", Some(ANA), Some(EVA));
    // The link that Ana sent Eva no longer held when she came.
    ana.link(9, EVA, ANA, "L1", 15);
    ana.event(10, 18, "link reset", Some(ANA), None);
    for (number, key) in [(7, "K1"), (8, "K2")] {
        ana.message(number, GROUP, CARLA, key, 30, "a blue circle");
    }
    let listed = |account: &str, since: Option<Time>, until: Option<Time>| Membership {
        chat: t(GROUP),
        account: t(account),
        standing: t(if until.is_some() { "past" } else { "current" }),
        ended_by: until.is_some().then(|| t("removed")),
        since,
        until,
        ..Membership::default()
    };
    // A table's second is not the event's, and a day later is another entry or another clock.
    ana.put("group_participant_user", 1, listed(CARLA, minute(9), None));
    ana.put("group_participant_user", 2, listed(BETO, minute(1500), None));
    ana.put("group_past_participant_user", 3, listed(EVA, None, minute(2000)));
    ana.seal(&case, "ES-1", "ES", &key);
    let mut beto = Phone::new(BETO);
    beto.chat(1, GROUP, Some("Circles"));
    beto.event(3, 10, "added", Some(EVA), Some(CARLA));
    beto.event(4, 5, "added", Some(ANA), Some(BETO));
    // Older than anything that shows Ana inside: no row says when she came.
    beto.message(5, GROUP, BETO, "K0", 8, "a red square");
    beto.seal(&case, "CO-1", "CO", &key);
    let mut unnamed = Phone::new(CARLA);
    for (number, key) in [(1, "K1"), (2, "K2")] {
        let own = Message {
            chat: t(GROUP),
            key: t(key),
            from_me: true,
            sent: minute(30),
            message_kind: t("text"),
            text: Some(t("a blue circle")),
            ..Message::default()
        };
        unnamed.put("message", number, own);
    }
    unnamed.seal(&case, "PT-1", "PT", &key);
    case
}

const DORA_NUMBER: &str = "34600000004@s.whatsapp.net";

/// Another group than [`GROUP`].
const OTHER_GROUP: &str = "120363000000000077@g.us";

/// Two phones in two groups: of one Beto was a member before its rows begin, and again later. An older phone lists Dora, whom the
/// newer does not; and somebody writes under a number that Carla left behind.
pub fn returning(folder: &Path) -> Case {
    let (case, key) = begun(folder);
    let mut ana = Phone::new(ANA);
    ana.chat(1, GROUP, Some("Circles"));
    ana.chat(2, OTHER_GROUP, Some("Squares"));
    ana.event(3, 1, "created", Some(ANA), None);
    // Some tables have one word for all administrators.
    ana.member(1, ANA, "admin");
    ana.member(2, CARLA, "member");
    ana.event(4, 10, "removed", Some(ANA), Some(BETO));
    // While Beto was out, and when he was in again.
    ana.share(5, GROUP, CARLA, "K1", 20, false);
    ana.event(6, 40, "added", Some(ANA), Some(BETO));
    ana.share(7, OTHER_GROUP, BETO, "K2", 50, false);
    ana.share(8, GROUP, CARLA, "K3", 60, false);
    ana.share(9, OTHER_GROUP, CARLA, "K4", 70, false);
    let change = Alias { account: t(EVA), other: t(CARLA), alias_kind: t("number change"), at: minute(100) };
    ana.put("message_system_number_change", 10, change);
    ana.message(11, GROUP, EVA, "K5", 600, "a green line");
    ana.seal(&case, "ES-1", "ES", &key);
    let mut beto = Phone::new(BETO);
    beto.chat(1, GROUP, Some("Circles"));
    beto.member(1, ANA, "admin");
    beto.member(2, DORA_NUMBER, "member");
    beto.share(3, GROUP, CARLA, "K1", 20, false);
    beto.seal(&case, "CO-1", "CO", &key);
    case
}
