//! What a deleted record means, by the names of its table and columns: those of WhatsApp on Android and iOS. A record of
//! another table bears its cells alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use custodia_model::tables::RecoveredRecord;
use custodia_model::{Text, Time, account};

use super::super::File;
use super::super::chats::{whatsapp_android, whatsapp_ios};
use crate::open::sqlite::{Cell, Database, Recovered, Value};

/// Rows of one table that are remembered to give references their meaning.
const REMEMBERED: usize = 4 << 20;

/// From 1970 to 2001, the beginning of Apple's times, in milliseconds.
const APPLE: f64 = 978_307_200_000.0;

/// What a record names that no live row holds: a chat by its number, and who sent it.
#[derive(Default)]
pub(super) struct Owed {
    chat: Option<i64>,
    sender: Option<i64>,
}

impl Owed {
    /// Whether there is nothing.
    pub fn nothing(&self) -> bool {
        self.chat.is_none() && self.sender.is_none()
    }
}

/// Rows by number of which several forms may be found; none where those say different things.
type Gone<T> = HashMap<i64, Option<T>>;

fn remember<T: PartialEq>(gone: &mut Gone<T>, id: Option<i64>, said: Option<T>) {
    let (Some(id), Some(said)) = (id.filter(|_| gone.len() < REMEMBERED), said) else { return };
    match gone.entry(id) {
        Entry::Vacant(entry) => {
            entry.insert(Some(said));
        }
        Entry::Occupied(mut entry) if entry.get().as_ref() != Some(&said) => {
            entry.insert(None);
        }
        Entry::Occupied(_) => {}
    }
}

/// Gives records their meaning; what live rows say of the ids in them is read once, when it is first wanted.
pub(super) struct Meaning<'a> {
    database: &'a Database,
    owner: Option<Text>,
    texts: HashMap<(&'static str, &'static str), HashMap<i64, Text>>,
    numbers: Option<HashMap<i64, i64>>,
    /// Of deleted rows of `chat` the number of their address, and of `jid` the address.
    chats: Gone<i64>,
    jids: Gone<Text>,
}

/// A record with its columns by name.
struct Named<'r, 'a>(&'r Recovered<'a>);

impl Named<'_, '_> {
    /// A value that is whole: half a number, key or address is another one.
    fn value(&self, name: &str) -> &Value {
        let at = self.at(name).filter(|at| !self.0.cut.contains(at));
        at.and_then(|at| self.0.values.get(at)).unwrap_or(&Value::Null)
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.0.table.columns.iter().position(|column| column.eq_ignore_ascii_case(name))
    }

    /// A text that people wrote; one that is cut ends with `…`.
    fn words(&self, name: &str) -> Option<Text> {
        match self.0.values.get(self.at(name)?)? {
            Value::Text(text) if !text.is_empty() => Some(Text::from(text.as_str())),
            _ => None,
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        if let Value::Text(text) = self.value(name) {
            Some(text.as_str()).filter(|text| !text.is_empty())
        } else {
            None
        }
    }

    fn int(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Value::Int(value) => Some(*value),
            // Some releases declare numbers as text.
            Value::Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn owned(&self, name: &str) -> Option<Text> {
        self.text(name).map(Text::from)
    }

    fn address(&self, name: &str) -> Option<Text> {
        self.text(name).and_then(address)
    }

    fn sha256(&self, name: &str) -> Option<Text> {
        let bytes = STANDARD.decode(self.text(name)?).ok().filter(|bytes| bytes.len() == 32)?;
        Some(hex::encode(bytes).into())
    }
}

fn address(raw: &str) -> Option<Text> {
    raw.contains('@').then(|| account::normalise(raw).unwrap_or_else(|| raw.trim().to_owned()).into())
}

/// The last part of a stored path.
fn last(path: &str) -> Option<Text> {
    path.rsplit('/').next().filter(|name| !name.is_empty()).map(Text::from)
}

/// Whether it is the row that the messenger itself puts before all messages, which stands for nothing.
pub(super) fn is_nothing(one: &Recovered<'_>) -> bool {
    let named = Named(one);
    let no_chat = match one.table.name.as_str() {
        "message" => named.int("chat_row_id") == Some(-1),
        "messages" => named.text("key_remote_jid") == Some("-1"),
        _ => return false,
    };
    no_chat && named.text("key_id").is_none_or(|key| key == "-1") && one.rowid.is_none_or(|row| row == 1)
}

impl<'a> Meaning<'a> {
    pub fn new(database: &'a Database, file: &File<'_>) -> Meaning<'a> {
        let holds = |names: &[&str]| names.iter().any(|name| database.table(name).is_some());
        let owner = if holds(&["ZWAMESSAGE", "ZWAADDRESSBOOKCONTACT"]) {
            whatsapp_ios::container::owner(file.evidence, file.path())
        } else if holds(&["jid", "messages", "wa_contacts"]) {
            whatsapp_android::owner::of_database(file.evidence, file.path())
        } else {
            None
        };
        let texts = HashMap::new();
        Meaning { database, owner, texts, numbers: None, chats: Gone::new(), jids: Gone::new() }
    }

    /// Fills in what the record means, and says what of it only other deleted records may tell.
    pub fn of(&mut self, one: &Recovered<'_>, mut row: RecoveredRecord) -> (RecoveredRecord, Owed) {
        let named = Named(one);
        let mut owed = Owed::default();
        match one.table.name.as_str() {
            "message" | "message_quoted" => owed = self.android(&named, &mut row),
            "messages" => self.legacy(&named, &mut row),
            "message_media" => {
                row.chat = self.chat(named.int("chat_row_id"));
                row.sha256 = named.sha256("file_hash");
                let path = named.text("file_path").and_then(last);
                row.file_name = named.owned("media_name").or(path);
                row.text = named.words("media_caption");
            }
            "jid" => {
                let parts = || Some(format!("{}@{}", named.text("user")?, named.text("server")?));
                row.account = named.address("raw_string").or_else(|| address(&parts()?));
                remember(&mut self.jids, one.rowid, row.account.clone());
            }
            "chat" => {
                row.chat = self.jid(named.int("jid_row_id"));
                remember(&mut self.chats, one.rowid, named.int("jid_row_id"));
            }
            "group_participant_user" | "group_past_participant_user" => {
                row.chat = self.jid(named.int("group_jid_row_id"));
                row.account = self.jid(named.int("user_jid_row_id"));
            }
            "message_system_chat_participant" => row.account = self.jid(named.int("user_jid_row_id")),
            "call_log" => {
                row.account = self.jid(named.int("jid_row_id"));
                row.chat = self.jid(named.int("group_jid_row_id")).or_else(|| row.account.clone());
                row.key = named.owned("call_id");
                row.from_me = named.int("from_me").map(|mark| mark != 0);
            }
            "group_participants" | "group_participants_history" => {
                row.chat = named.address("gjid");
                row.account = named.address("jid");
            }
            "wa_contacts" => {
                row.account = named.address("jid");
                row.name = named.owned("display_name").or_else(|| named.owned("wa_name"));
            }
            "ZWAMESSAGE" => self.ios(&named, &mut row),
            "ZWAMEDIAITEM" => {
                row.sha256 = named.sha256("ZVCARDNAME");
                row.file_name = named.text("ZMEDIALOCALPATH").and_then(last);
                row.text = named.words("ZTITLE");
            }
            "ZWACHATSESSION" => {
                row.chat = named.address("ZCONTACTJID");
                row.name = named.owned("ZPARTNERNAME");
            }
            "ZWAGROUPMEMBER" => {
                let session = self.text("ZWACHATSESSION", "ZCONTACTJID", named.int("ZCHATSESSION"));
                row.chat = session.and_then(|jid| address(&jid));
                row.account = named.address("ZMEMBERJID");
                row.name = named.owned("ZCONTACTNAME").or_else(|| named.owned("ZFIRSTNAME"));
            }
            "ZWAGROUPMEMBERSCHANGE" => {
                row.chat = named.address("ZGROUPJID");
                // A list of several names nobody alone; its text stands in the cells.
                row.account = named.address("ZMEMBERJIDS").filter(|account| !account.contains([',', ' ', ';', '{']));
            }
            "ZWAADDRESSBOOKCONTACT" => {
                row.account = named.address("ZWHATSAPPID");
                row.name = named.owned("ZFULLNAME");
            }
            "ZWAPROFILEPUSHNAME" => {
                row.account = named.address("ZJID");
                row.name = named.owned("ZPUSHNAME");
            }
            _ => return (row, owed),
        }
        row.owner = self.owner.clone();
        (row, owed)
    }

    /// Fills in what deleted rows say of the chat and the sender. Numbers are not given twice, so a row that bears one is
    /// the one that was meant.
    pub fn settle(&mut self, owed: &Owed, row: &mut RecoveredRecord) {
        if let Some(id) = owed.chat {
            let live = self.numbers.as_ref().and_then(|numbers| numbers.get(&id)).copied();
            let jid = live.or_else(|| self.chats.get(&id).copied().flatten());
            row.chat = self.any_jid(jid);
        }
        let stored = owed.sender.and_then(|id| self.any_jid(Some(id)));
        if row.sender.is_none() {
            row.sender = self.sender(row, stored);
        }
    }

    fn any_jid(&mut self, id: Option<i64>) -> Option<Text> {
        self.jid(id).or_else(|| self.jids.get(&id?).cloned().flatten())
    }

    fn android(&mut self, named: &Named<'_, '_>, row: &mut RecoveredRecord) -> Owed {
        row.chat = self.chat(named.int("chat_row_id"));
        row.key = named.owned("key_id");
        row.from_me = named.int("from_me").map(|mark| mark != 0);
        let stored = self.jid(named.int("sender_jid_row_id"));
        let sender = named.int("sender_jid_row_id").filter(|id| *id > 0 && stored.is_none());
        // Who the other person of a chat is stays open while it is not known who is named.
        row.sender = if sender.is_some() && row.from_me != Some(true) { None } else { self.sender(row, stored) };
        milliseconds(named, "timestamp", row);
        row.text = named.words("text_data");
        row.message_kind = named.int("message_type").map(|code| (&*whatsapp_android::codes::message_kind(code)).into());
        Owed { chat: named.int("chat_row_id").filter(|id| *id > 0 && row.chat.is_none()), sender }
    }

    fn legacy(&self, named: &Named<'_, '_>, row: &mut RecoveredRecord) {
        row.chat = named.address("key_remote_jid");
        row.key = named.owned("key_id");
        row.from_me = named.int("key_from_me").map(|mark| mark != 0);
        row.sender = self.sender(row, named.address("remote_resource"));
        milliseconds(named, "timestamp", row);
        row.text = named.words("data").or_else(|| named.words("media_caption"));
        row.message_kind =
            named.int("media_wa_type").map(|code| (&*whatsapp_android::codes::message_kind(code)).into());
        row.sha256 = named.sha256("media_hash");
        row.file_name = named.owned("media_name");
    }

    fn ios(&mut self, named: &Named<'_, '_>, row: &mut RecoveredRecord) {
        let from_me = named.int("ZISFROMME").map(|mark| mark != 0);
        let session = self.text("ZWACHATSESSION", "ZCONTACTJID", named.int("ZCHATSESSION"));
        let beside = if from_me == Some(true) { "ZTOJID" } else { "ZFROMJID" };
        row.chat = session.and_then(|jid| address(&jid)).or_else(|| named.address(beside));
        row.key = named.owned("ZSTANZAID");
        row.from_me = from_me;
        let member = self.text("ZWAGROUPMEMBER", "ZMEMBERJID", named.int("ZGROUPMEMBER"));
        // What is shown to all for a day comes from a person, or is filed under the person's number.
        let of_status = || {
            let status = row.chat.as_deref().filter(|chat| account::chat_kind(chat) == "status");
            let from = named.address("ZFROMJID").filter(|_| status.is_some() && from_me == Some(false));
            let person = from.clone().filter(|from| account::chat_kind(from) == "person");
            let filed = || [from.as_deref(), status].into_iter().flatten().find_map(account::of_status).map(Text::from);
            person.or_else(|| filed().filter(|_| from_me == Some(false)))
        };
        row.sender = self.sender(row, member.and_then(|jid| address(&jid)).or_else(of_status));
        row.text = named.words("ZTEXT");
        row.message_kind = named.int("ZMESSAGETYPE").map(|code| (&*whatsapp_ios::codes::message_kind(code)).into());
        let stored = match named.value("ZMESSAGEDATE") {
            Value::Real(seconds) => *seconds,
            Value::Int(seconds) => *seconds as f64,
            _ => return,
        };
        let instant = (stored * 1000.0 + APPLE).round();
        row.sent = if stored == 0.0 || instant.abs() > 1e15 { None } else { Time::from_unix_ms(instant as i64) };
        row.times_as_stored = (stored != 0.0).then(|| format!("sent={stored}").into());
    }

    /// Who sent a message: the owner where it is marked so; in a chat of two the other person.
    fn sender(&self, row: &RecoveredRecord, stored: Option<Text>) -> Option<Text> {
        match row.from_me {
            Some(true) => self.owner.clone().or(stored),
            Some(false) => {
                let person = row.chat.as_ref().filter(|chat| account::chat_kind(chat) == "person");
                stored.or_else(|| person.cloned())
            }
            None => stored,
        }
    }

    fn chat(&mut self, id: Option<i64>) -> Option<Text> {
        let database = self.database;
        let numbers = self.numbers.get_or_insert_with(|| {
            let mut numbers = HashMap::new();
            let mut scan = database.scan("chat", &["_id", "jid_row_id"]);
            while let Some(record) = scan.next().filter(|_| numbers.len() < REMEMBERED) {
                if let (Cell::Int(id), Cell::Int(jid)) = (record.get(0), record.get(1)) {
                    numbers.insert(id, jid);
                }
            }
            numbers
        });
        let jid = numbers.get(&id?).copied();
        self.jid(jid)
    }

    fn jid(&mut self, id: Option<i64>) -> Option<Text> {
        self.text("jid", "raw_string", id).and_then(|raw| address(&raw))
    }

    /// The text of a live row, by its rowid.
    fn text(&mut self, table: &'static str, column: &'static str, id: Option<i64>) -> Option<Text> {
        let id = id.filter(|id| *id > 0)?;
        let database = self.database;
        let texts = self.texts.entry((table, column)).or_insert_with(|| {
            let mut texts = HashMap::new();
            let mut scan = database.scan(table, &[column]);
            while let Some(record) = scan.next().filter(|_| texts.len() < REMEMBERED) {
                if let Cell::Text(text) = record.get(0) {
                    texts.insert(record.rowid, Text::from(text));
                }
            }
            texts
        });
        texts.get(&id).cloned()
    }
}

/// The time of a message in milliseconds since 1970; 0 and -1 are "not set".
fn milliseconds(named: &Named<'_, '_>, column: &str, row: &mut RecoveredRecord) {
    let Some(stored) = named.int(column).filter(|stored| !matches!(stored, 0 | -1)) else { return };
    row.sent = Time::from_unix_ms(stored);
    if row.sent.is_none() {
        row.times_as_stored = Some(format!("sent={stored}").into());
    }
}
