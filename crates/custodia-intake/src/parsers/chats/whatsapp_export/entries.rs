//! Entries as rows: messages, files, places, leads; system lines go to [`events`](super::events).

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io::{self, BufRead};

use custodia_model::tables::{Account, Attachment, Chat, Message, Place as PlaceRow};
use custodia_model::{Found, Origin, Row, Text, Time, account};

use super::super::whatsapp::out::{Out, Place};
use super::super::whatsapp::traces::{self, Holder};
use super::events;
use super::lines::{Entries, Entry};
use super::media::{self, Content};
use super::names::{self, Names};
use super::order::{self, Basis, Order};
use super::recent::Recent;
use super::stamp::Stamp;
use super::survey::{self, Survey};
use super::words;
use crate::evidence::Evidence;
use crate::parsers::File;
use crate::parsers::chats::whatsapp_export::system;
use crate::scan::ByteSet;

/// So many persons are kept; those beyond are still told, without a row of their own.
const PERSONS: usize = 200_000;

/// What exports do not store.
pub const NO_CODE: i64 = -1;

/// Reads one export.
pub struct Reading<'a> {
    /// Where rows go.
    pub out: Out<'a>,
    evidence: &'a Evidence,
    folder: &'a str,
    /// What a first reading said.
    pub survey: Survey,
    /// Addresses.
    pub names: Names,
    subject: Option<String>,
    /// By the bytes as shown.
    recent: Recent<Text>,
    /// By clean name.
    persons: HashMap<String, Text>,
    /// Place of the language of the last sentence.
    pub language: usize,
    /// The last message and where it stood: the next says mostly the same.
    kept: (Origin, Row),
    kinds: Vec<(&'static str, Text)>,
    /// For texts that are put together.
    room: String,
    exporter_told: bool,
    latest: Latest,
    not_utf8: u64,
    /// The first date that can be read in two ways, with both.
    open: Option<(Place, String)>,
}

/// Who wrote an entry, and what.
struct Written<'t> {
    name: &'t str,
    /// The address, if the name was met not long ago.
    known: Option<Text>,
    text: &'t str,
}

/// An entry on its way into rows.
pub struct Line<'e> {
    /// Where it stands.
    pub place: &'e Place,
    /// Its key.
    pub key: Text,
    /// Its time.
    pub at: Option<Time>,
    /// The time as written.
    pub written: &'e str,
}

impl<'a> Reading<'a> {
    /// An export with what a first reading said.
    pub fn new(file: &File<'a>, out: Out<'a>, survey: Survey) -> Reading<'a> {
        let path: &'a str = &file.item.path;
        let names = Names::new(file.item.digests.as_ref(), path, &file.item.head);
        let origin = file.at(&"line".into(), 1);
        let row = Message { chat: names.chat.clone(), code: NO_CODE, ..Message::default() };
        Reading {
            out,
            evidence: file.evidence,
            folder: path.rsplit_once('/').map_or("", |(folder, _)| folder),
            survey,
            names,
            subject: names::subject(path).map(|subject| subject.to_string()),
            recent: Recent::new(),
            persons: HashMap::new(),
            language: 0,
            kept: (origin, row.into()),
            kinds: Vec::new(),
            room: String::new(),
            exporter_told: false,
            latest: Latest::default(),
            not_utf8: 0,
            open: None,
        }
    }

    /// Reads the file from front to back.
    pub fn read(mut self, from: impl BufRead) -> io::Result<()> {
        let row = Chat {
            chat: self.names.chat.clone(),
            service: self.out.service.clone(),
            chat_kind: "other".into(),
            subject: self.subject.as_deref().map(Text::from),
            ..Chat::default()
        };
        let mut place = Place { part: "line".into(), row: 1, found: Found::Live };
        let whole = place.clone();
        self.out.put(&whole, row);
        let mut entries = Entries::new(from, self.survey.shape);
        entries.each(|entry| {
            place.row = entry.line;
            self.entry(&entry, &place);
        })?;
        if entries.lines_before > 0 {
            let says = format!(
                "expected the first line to begin with a date as the others do, found {} lines before it; they were not read",
                entries.lines_before
            );
            let warning = custodia_model::tables::Warning::new("lines before the first entry", says);
            self.out.put(&whole, warning.bytes(entries.bytes_before));
        }
        self.finish();
        Ok(())
    }

    fn entry(&mut self, entry: &Entry<'_>, place: &Place) {
        if entry.cut > 0 {
            let says = "expected an entry of at most 512 KiB, found a longer one; its end was not read";
            let warning = custodia_model::tables::Warning::new("entry too long", says);
            self.out.put(place, warning.bytes(entry.cut));
        }
        if let Some(line) = entry.other_form {
            let says = format!(
                "line {line} begins with a date of another form than most lines; it was read as text of the entry above it"
            );
            self.out.warn_at(place, "date of another form", says);
        }
        let text = &*entry.text;
        if matches!(entry.text, Cow::Owned(_)) {
            if self.not_utf8 == 0 {
                let says = "expected UTF-8, found other bytes; they stand as U+FFFD in rows from here on";
                self.out.warn_at(place, "not UTF-8", says);
            }
            self.not_utf8 += 1;
        }
        let stamp = &entry.stamp;
        // A date is ASCII or was read as UTF-8, so that places in the bytes are places in the text.
        let written = text.get(stamp.from..stamp.to).unwrap_or_default();
        let rest = text.get(stamp.rest..).unwrap_or_default();
        if self.latest.written != written {
            self.latest.at = self.time(place, stamp, written);
            self.latest.written.clear();
            self.latest.written.push_str(written);
            self.latest.sent = None;
        }
        let at = self.latest.at;
        self.room.clear();
        self.room.push_str("line:");
        self.room.push_str(itoa::Buffer::new().format(entry.line));
        let key = self.room.as_str().into();
        let line = Line { place, key, at, written };
        match self.cut(rest) {
            Some(Written { name, known, text }) => self.message(line, name, known, text),
            None => {
                let said = system::read(rest, self.language);
                events::put(self, line, rest, said);
            }
        }
    }

    /// Sender and text; none for a system line.
    fn cut<'t>(&self, rest: &'t str) -> Option<Written<'t>> {
        let (end, from) = survey::sender(rest.as_bytes())?;
        let name = rest.get(..end)?;
        let written = |name: &'t str, from: usize| {
            let known = self.recent.get(name.as_bytes()).cloned();
            Written { name, known, text: rest.get(from..).unwrap_or_default() }
        };
        if !self.survey.longer.is_empty()
            && let Some(all) = self.survey.longer.get(name.as_bytes())
            && let Some(longer) = all.iter().find(|longer| rest.as_bytes().starts_with(longer))
            && let Some(behind) = rest.as_bytes().strip_prefix(&**longer)
        {
            if behind.first() == Some(&b':') {
                let (_, from) = survey::sender(rest.as_bytes().get(longer.len() - 1..)?)?;
                return Some(written(rest.get(..longer.len())?, longer.len() - 1 + from));
            }
            if system::read(rest, self.language).is_some() {
                return None;
            }
        }
        let found = written(name, from);
        // `Square created group "Plan: B"`, `Usuário adicionado: Circle`, `Ops: Red left`: a sentence that happens to have a colon.
        if found.known.is_none() && self.may_be_words(name) && system::read(rest, self.language).is_some() {
            return None;
        }
        Some(found)
    }

    /// Whether what stands before a colon may be the beginning of a sentence of the app.
    fn may_be_words(&self, name: &str) -> bool {
        name.contains(['"', '“', '„', '«'])
            || name == "Usuário adicionado"
            || self.survey.sentences.contains_key(name.as_bytes())
    }

    fn message(&mut self, line: Line<'_>, name: &str, known: Option<Text>, text: &str) {
        let ios = self.survey.shape.frame == b'[' && !self.survey.shape.copied;
        let bytes = ByteSet::of(text.as_bytes());
        let content = media::read(text, bytes, ios);
        if content.marked && content.kind.is_none() && ios {
            // It stands as words of the group, of the other person, or of who acted.
            let said = system::read(text, self.language);
            if said.is_some() || self.subject.as_deref() == Some(&*names::clean(name)) {
                return events::put(self, line, text, said);
            }
        }
        let Some(sender) = known.or_else(|| self.sender(line.place, name)) else {
            return events::put(self, line, text, None);
        };
        let kind = content.kind.unwrap_or(if content.marked && ios { "app text" } else { "text" });
        // The one who exported the chat is the one whom the app calls `you`.
        let from_me = kind == "revoked" && words::says_you(content.words.unwrap_or_default());
        let Line { place, key, at: sent, written } = line;
        if content.file.is_some() {
            let message_kind = self.kind(kind);
            self.attachment(place, &content, &message_kind, &key, &sender, sent);
        }
        if let Some((latitude, longitude)) = content.position {
            let row = PlaceRow {
                chat: self.names.chat.clone(),
                key: key.clone(),
                sender: Some(sender.clone()),
                sent,
                latitude: Some(latitude),
                longitude: Some(longitude),
                place_name: None,
                place_address: None,
            };
            self.out.put(place, row);
        }
        let holder = Holder {
            owner: None,
            chat: Some(&self.names.chat),
            key: Some(&key),
            from_me,
            sender: Some(&sender),
            sent,
            quotes: false,
        };
        traces::tell_of(&mut self.out, &holder, text, bytes, || place.clone());
        let stored = match &self.latest.sent {
            Some(_) => None,
            None => {
                let stored = self.as_stored("sent", sent, written);
                Some(self.latest.sent.insert(stored).clone())
            }
        };
        let other_kind = match &self.kept.1 {
            Row::Message(row) if *row.message_kind == *kind => None,
            _ => Some(self.kind(kind)),
        };
        let (origin, Row::Message(row)) = &mut self.kept else { return };
        origin.number = Some(place.row);
        row.key = key;
        row.from_me = from_me;
        row.sender = Some(sender);
        row.sent = sent;
        row.text = Some(text.into());
        if let Some(kind) = other_kind {
            row.message_kind = kind;
        }
        if stored.is_some() {
            row.times_as_stored = stored;
        }
        self.out.put_kept(&self.kept.0, &self.kept.1);
    }

    /// A time as written, and how it was read.
    pub fn as_stored(&mut self, column: &str, at: Option<Time>, written: &str) -> Text {
        let how = if at.is_some() { "no zone, read as UTC" } else { "not read" };
        let room = &mut self.room;
        room.clear();
        // Nearly all stand as they are; asking the formatter took a twentieth of reading an export.
        let odd = |byte: u8| !matches!(byte, b' '..=b'~') | matches!(byte, b'"' | b'\\');
        if !written.bytes().fold(false, |any, byte| any | odd(byte)) {
            [column, "=\"", written, "\" (", how, ")"].into_iter().for_each(|part| room.push_str(part));
        } else {
            *room = format!("{column}={written:?} ({how})");
        }
        room.as_str().into()
    }

    /// The word for a kind, shared by all rows.
    fn kind(&mut self, kind: &'static str) -> Text {
        if let Some((_, known)) = self.kinds.iter().find(|(known, _)| *known == kind) {
            return known.clone();
        }
        let text: Text = kind.into();
        self.kinds.push((kind, text.clone()));
        text
    }

    fn attachment(
        &mut self,
        place: &Place,
        content: &Content<'_>,
        message_kind: &Text,
        key: &Text,
        sender: &Text,
        sent: Option<Time>,
    ) {
        let name = content.file.unwrap_or_default();
        let present = self.evidence.item(&format!("{}/{name}", self.folder));
        let row = Attachment {
            chat: self.names.chat.clone(),
            key: key.clone(),
            sender: Some(sender.clone()),
            sent,
            message_kind: message_kind.clone(),
            file_name: Some(name.into()),
            caption: content.caption.map(Text::from),
            present: present.is_some(),
            present_path: present.map(|item| item.path.clone()),
            present_by: present.map(|_| "path".into()),
            ..Attachment::default()
        };
        self.out.put(place, row);
    }

    /// The address of a sender as shown.
    fn sender(&mut self, place: &Place, shown: &str) -> Option<Text> {
        let address = self.person(place, shown)?;
        // What is known is not asked again whether it is a sentence, and how long it is known depends on who else writes.
        if !self.may_be_words(shown) {
            self.recent.put(shown.as_bytes(), address.clone());
        }
        Some(address)
    }

    /// Whether somebody of this name has been met, or writes anywhere in the file.
    pub fn is_known(&self, shown: &str) -> bool {
        let name = names::clean(shown);
        self.survey.like_lists.contains(&*name) || self.persons.contains_key(&name)
    }

    /// The address of a person as shown; the first time with a row of its own.
    pub fn person(&mut self, place: &Place, shown: &str) -> Option<Text> {
        let name = names::clean(shown);
        if name.is_empty() || name.len() > names::LONGEST {
            return None;
        }
        if let Some(known) = self.persons.get(&name) {
            return Some(known.clone());
        }
        let address = self.names.address(&name);
        if self.persons.len() < PERSONS {
            let phone = account::phone(&address);
            // A tilde stands before a name that its bearer chose.
            let (plain, kind) = match name.strip_prefix('~') {
                Some(chosen) => (chosen.trim(), "push name"),
                None => (name.as_str(), "exported name"),
            };
            let named = phone.is_none();
            let row = Account {
                account: address.clone(),
                service: self.out.service.clone(),
                phone: phone.map(Text::from),
                name: named.then(|| plain.into()),
                name_kind: named.then(|| kind.into()),
                own: false,
            };
            self.out.put(place, row);
            self.persons.insert(name, address.clone());
        }
        Some(address)
    }

    /// The address of the person who exported the chat; the first time with a row of its own.
    pub fn exporter(&mut self, place: &Place) -> Text {
        let address = self.names.exporter.clone();
        if !std::mem::replace(&mut self.exporter_told, true) {
            let row = Account { account: address.clone(), service: self.out.service.clone(), ..Account::default() };
            self.out.put(place, row);
        }
        address
    }

    /// The time of an entry, if its date is one day.
    fn time(&mut self, place: &Place, stamp: &Stamp, written: &str) -> Option<Time> {
        let (one, two) = stamp.parts;
        if self.open.is_none() && self.survey.basis > Basis::Sequence && one != two && one <= 12 && two <= 12 {
            let [day, month] = [Order::DayFirst, Order::MonthFirst].map(|order| order::day(stamp, order));
            self.open = Some((
                place.clone(),
                format!("{written:?} is {day} if the day stands first, {month} if the month does"),
            ));
        }
        let time = order::instant(stamp, self.survey.order);
        if time.is_none() && stamp.year == 0 {
            let says = "expected a date with a year, found one without; such times are none";
            self.out.warn_once(place, "date without year", says.into());
        } else if time.is_none() && (self.survey.order != Order::Unknown || one > 12 || two > 12) {
            let says = "expected a day that the calendar has, found one that it has not; such times are none";
            self.out.warn_once(place, "no such day", says.into());
        }
        time
    }

    /// What is to be said of the whole file.
    fn finish(mut self) {
        let language = self.survey.language.unwrap_or("unknown");
        let by_language = format!("the app's words in it are {language}, and its regions mostly write the day first");
        let why = match self.survey.basis {
            Basis::Form | Basis::Number | Basis::Sequence => None,
            Basis::Changes => Some("one of the two numbers changes more often, which a day does"),
            Basis::Separator => Some("no region is known to write month, day and year with dots"),
            Basis::Language => Some(&*by_language),
            Basis::None => None,
        };
        if let Some((place, both)) = self.open.take() {
            match why {
                Some(why) => {
                    let first = if self.survey.order == Order::DayFirst { "day" } else { "month" };
                    let says = format!(
                        "expected a date that shows whether day or month stands first, found none: {both}; the {first} was read first, because {why}"
                    );
                    self.out.warn_at(&place, "order of day and month inferred", says);
                }
                None => {
                    let found = match self.survey.contradictory {
                        true => {
                            "some dates of the file can only be read with the day first, others only with the month first"
                        }
                        false => "nothing in the file shows which stands first",
                    };
                    let says = format!("{both}, and {found}; such times are none, times_as_stored holds them");
                    self.out.warn_at(&place, "order of day and month unknown", says);
                }
            }
        }
        for (name, longer) in sorted(&self.survey.longer) {
            let says = format!(
                "lines begin with {name:?}, a colon and the same words up to another: the sender was read as {longer:?}, a name that a \
                 system line holds"
            );
            self.out.warn("name with a colon", says);
        }
        let persons: BTreeSet<&str> = self.survey.sentences.values().map(String::as_str).collect();
        for person in persons {
            let says = format!(
                "lines that name {person:?} were read as sentences of the app and not as messages: nobody writes who is called as what stands \
                 before the colon"
            );
            self.out.warn("name with a colon", says);
        }
    }
}

fn sorted(longer: &HashMap<Vec<u8>, Vec<Vec<u8>>>) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    let pairs = longer.iter().flat_map(|(a, all)| all.iter().map(move |b| (a, b)));
    let mut all: Vec<_> = pairs.map(|(a, b)| (String::from_utf8_lossy(a), String::from_utf8_lossy(b))).collect();
    all.sort();
    all
}

/// The time of the last line, which many lines share: they have no seconds on Android.
#[derive(Default)]
struct Latest {
    written: String,
    at: Option<Time>,
    sent: Option<Text>,
}
