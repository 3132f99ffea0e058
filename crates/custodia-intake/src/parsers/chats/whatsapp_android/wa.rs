//! `wa.db`: the address book as WhatsApp keeps it, verified names, and settings of groups.

use custodia_model::tables::{Alias, Chat, Contact};
use custodia_model::{Rows, Text, Time, account};

use super::super::whatsapp::cell;
use super::super::whatsapp::open;
use super::super::whatsapp::out::{Out, Place, named};
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::ties::Ties;
use super::super::whatsapp::wanted;
use super::owner;
use super::schema::{self, wa_biz_profiles, wa_contacts, wa_group_admin_settings, wa_group_descriptions, wa_vnames};
use super::traces::{self, Holder};
use crate::open::sqlite::{Cell, Database};
use crate::parsers::{About, File, Marks, Parser, ReadError, database};

const ABOUT: About = About {
    name: "WhatsApp contacts on Android",
    reads: "wa.db of WhatsApp and WhatsApp Business, decrypted, with wa.db-wal beside it, and databases of any name \
            with such tables",
    tables: &["contacts", "accounts", "aliases", "chats", "traces", "warnings"],
    tested: &["schema of 2023 and 2026, invented data"],
    gaps: "deleted rows; business profiles but the traces in them; settings of groups but description and creator; pictures",
};

/// Smaller times of descriptions are seconds.
const SECONDS: i64 = 100_000_000_000;

/// The parser.
pub struct Contacts;

impl Parser for Contacts {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let own_folder = path.split('/').any(|part| part == "com.whatsapp" || part == "com.whatsapp.w4b");
        path.rsplit('/').next() == Some("wa.db") && (own_folder || head.starts_with(database::MAGIC))
    }

    fn schemas(&self) -> &'static [Marks] {
        &[&[("wa_contacts", "jid")]]
    }

    fn tells(&self, table: &str) -> bool {
        wanted::is_read(table, schema::WA)
    }

    fn texts(&self, table: &str) -> &'static [&'static str] {
        wanted::columns_of(table, schema::WA_TEXTS)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        let mut out = Out::new(file.path().clone(), rows);
        open::compare(&database, schema::WA, &[], &mut out);
        let owner = owner::of_database(file.evidence, file.path());
        let mut book = Book { database: &database, out, owner, ties: Ties::default() };
        book.contacts();
        book.verified_names();
        book.groups();
        book.businesses();
        book.out.tell_early("milliseconds since 1970-01-01");
        Ok(())
    }
}

struct Book<'a> {
    database: &'a Database,
    out: Out<'a>,
    owner: Option<Text>,
    ties: Ties,
}

impl<'a> Reader<'a> for Book<'a> {
    fn database(&self) -> &'a Database {
        self.database
    }

    fn out(&mut self) -> &mut Out<'a> {
        &mut self.out
    }

    fn ties(&mut self) -> &mut Ties {
        &mut self.ties
    }
}

impl<'a> Book<'a> {
    fn contacts(&mut self) {
        use wa_contacts as column;
        let owner = self.owner.clone();
        self.each(&column::WANTED, |book, row, place| {
            let address = cell::text(row.get(column::jid)).and_then(|jid| account::normalise(&jid)).map(Text::from);
            let name = cell::filled(row.get(column::display_name));
            let push_name = cell::filled(row.get(column::wa_name));
            // Groups stand here too; their names are subjects, which msgstore.db keeps.
            if address.as_deref().is_some_and(|address| account::chat_kind(address) != "person") {
                return;
            }
            if let Some(about) = cell::text(row.get(column::status)) {
                let holder = Holder { owner: owner.as_ref(), ..Holder::default() };
                traces::tell(&mut book.out, &holder, &about, || place.clone());
            }
            let number = cell::filled(row.get(column::number));
            if let Some(account) = &address {
                if let Some(number) = number.as_deref().and_then(international) {
                    book.tie(&place, account, &number);
                }
                for (name, kind) in [(&name, "phone book"), (&push_name, "push name")] {
                    if let Some(name) = name {
                        let row = named(&book.out.service, account, name.clone(), kind);
                        book.out.put(&place, row);
                    }
                }
            }
            let contact = Contact {
                account: address,
                number,
                name,
                given_name: cell::filled(row.get(column::given_name)),
                family_name: cell::filled(row.get(column::family_name)),
                push_name,
                company: cell::filled(row.get(column::company)),
                about: cell::filled(row.get(column::status)),
                messenger_user: cell::int(row.get(column::is_whatsapp_user)).map(|user| user != 0),
            };
            book.out.put(&place, contact);
        });
    }

    /// A card of the address book that is filed under a hidden identifier and holds a number.
    fn tie(&mut self, place: &Place, account: &Text, number: &Text) {
        if let Some((account, other)) = self.ties.new_pair(account, number, "contact card") {
            self.out.put(place, Alias { account, other, alias_kind: "contact card".into(), at: None });
        }
    }

    fn verified_names(&mut self) {
        use wa_vnames as column;
        self.each(&column::WANTED, |book, row, place| {
            let address = cell::text(row.get(column::jid)).and_then(|jid| account::normalise(&jid));
            let name = cell::filled(row.get(column::verified_name));
            if let (Some(address), Some(name)) = (address, name) {
                let row = named(&book.out.service, &address.into(), name, "verified name");
                book.out.put(&place, row);
            }
        });
    }

    /// What businesses write about themselves is read for its traces alone.
    fn businesses(&mut self) {
        use wa_biz_profiles as column;
        let owner = self.owner.clone();
        self.each(&column::WANTED, |book, row, place| {
            let holder = Holder { owner: owner.as_ref(), ..Holder::default() };
            for text in [column::email, column::address, column::business_description, column::tag] {
                if let Some(text) = cell::text(row.get(text)) {
                    traces::tell(&mut book.out, &holder, &text, || place.clone());
                }
            }
        });
    }

    fn groups(&mut self) {
        use wa_group_descriptions as column;
        self.each(&column::WANTED, |book, row, place| {
            let Some(description) = cell::filled(row.get(column::description)) else { return };
            let Some(chat) = cell::text(row.get(column::jid)).and_then(|jid| book.chat(&jid)) else { return };
            let (described_at, times_as_stored) = book.described_at(&place, row.get(column::description_time));
            let described_by = cell::text(row.get(column::description_setter_jid));
            let described_by = described_by.and_then(|jid| account::normalise(&jid)).map(Text::from);
            let holder = Holder { owner: chat.owner.as_ref(), ..Holder::default() };
            traces::tell(&mut book.out, &holder, &description, || place.clone());
            let description = Some(description);
            book.out.put(&place, Chat { description, described_at, described_by, times_as_stored, ..chat });
        });
        self.each(&wa_group_admin_settings::WANTED, |book, row, place| {
            let creator = cell::text(row.get(wa_group_admin_settings::creator_jid));
            let creator = creator.and_then(|jid| account::normalise(&jid)).map(Text::from);
            let Some(chat) = cell::text(row.get(wa_group_admin_settings::jid)).and_then(|jid| book.chat(&jid)) else {
                return;
            };
            if creator.is_some() {
                book.out.put(&place, Chat { creator, ..chat });
            }
        });
    }

    /// When a description was set. No source states the unit: what would be a time before 1973 in milliseconds, years
    /// before the app, is seconds. Its stored form is then kept beside it.
    fn described_at(&mut self, place: &Place, stored: Cell<'_>) -> (Option<Time>, Option<Text>) {
        match cell::int(stored) {
            Some(seconds @ 1..SECONDS) => {
                (Time::from_unix_ms(seconds * 1000), Some(format!("described_at={seconds}").into()))
            }
            _ => (self.out.time("described_at", stored), self.out.times_as_stored(place)),
        }
    }

    fn chat(&self, jid: &str) -> Option<Chat> {
        let address: Text = account::normalise(jid)?.into();
        let (address_creator, address_created) = account::legacy_group(&address).unzip();
        Some(Chat {
            owner: self.owner.clone(),
            service: self.out.service.clone(),
            chat_kind: account::chat_kind(&address).into(),
            chat: address,
            address_creator: address_creator.map(Text::from),
            address_created,
            ..Chat::default()
        })
    }
}

/// The account of a number that is written in international form; digits may stand in groups.
fn international(number: &str) -> Option<Text> {
    let rest = number.trim().strip_prefix('+')?;
    let grouping = |c: char| c.is_whitespace() || "-.()/".contains(c);
    let digits: String = rest.chars().filter(|c| !grouping(*c)).take(16).collect();
    let account = format!("{digits}@{}", account::PHONE_SERVER);
    account::phone(&account).is_some().then(|| account.into())
}
