//! `ContactsV2.sqlite`: the address book as WhatsApp keeps it, in its present and its older form.

use std::collections::HashMap;

use custodia_model::account::{self, LID_SERVER, PHONE_SERVER};
use custodia_model::tables::Contact;
use custodia_model::{Rows, Text};

use super::super::whatsapp::cell;
use super::super::whatsapp::open;
use super::super::whatsapp::out::{Out, Place, named};
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::ties::Ties;
use super::super::whatsapp::traces::{Holder, tell};
use super::super::whatsapp::wanted;
use super::container;
use super::names::on_server;
use super::schema::{self, ZWAADDRESSBOOKCONTACT, ZWACONTACT, ZWAPHONE, ZWASTATUS};
use super::storage;
use crate::open::sqlite::{Cell, Database};
use crate::parsers::{About, File, Marks, Parser, ReadError, database};

const ABOUT: About = About {
    name: "WhatsApp contacts on iOS",
    reads: "ContactsV2.sqlite of WhatsApp and WhatsApp Business, with ContactsV2.sqlite-wal beside it, and databases of any name with such tables",
    tables: &["contacts", "accounts", "aliases", "traces", "warnings"],
    tested: &["ZWAADDRESSBOOKCONTACT with and without hidden identifiers, ZWAPHONE and ZWACONTACT, invented data"],
    gaps: "deleted rows; nicknames, highlighted names, notes, labels and emoji; disappearing timers; whether somebody uses the \
           messenger",
};

/// The parser.
pub struct Contacts;

impl Parser for Contacts {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        path.rsplit('/').next() == Some("ContactsV2.sqlite")
            && (path.contains("whatsapp") || head.starts_with(database::MAGIC))
    }

    fn schemas(&self) -> &'static [Marks] {
        &[&[("ZWAADDRESSBOOKCONTACT", "ZFULLNAME")], &[("ZWAPHONE", "ZWHATSAPPID"), ("ZWACONTACT", "ZFULLNAME")]]
    }

    fn tells(&self, table: &str) -> bool {
        wanted::is_read(table, schema::CONTACTS) || schema::is_core_data(table)
    }

    fn texts(&self, table: &str) -> &'static [&'static str] {
        wanted::columns_of(table, schema::CONTACTS_TEXTS)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        let mut out = storage::out(file, rows);
        let present = ZWAADDRESSBOOKCONTACT::WANTED.table;
        let old = ZWAPHONE::WANTED.table;
        open::compare(&database, schema::CONTACTS, schema::CORE_DATA, &mut out);
        if [present, old].iter().all(|table| database.table(table).is_none()) {
            let says = format!("expected a table {present} or {old}, found neither; it holds no contacts");
            out.warn("table absent", says);
        }
        let owner = container::owner(file.evidence, file.path());
        let mut book = Book { database: &database, out, owner, ties: Ties::default() };
        book.contacts();
        book.older();
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
        use ZWAADDRESSBOOKCONTACT as column;
        self.each(&column::WANTED, |book, row, place| {
            let phone = address(row.get(column::ZWHATSAPPID), PHONE_SERVER);
            let hidden = address(row.get(column::ZLID), LID_SERVER);
            if let (Some(phone), Some(hidden)) = (&phone, &hidden) {
                book.tie(&place, hidden, phone, "lid map");
            }
            let number = cell::filled(row.get(column::ZPHONENUMBER));
            let number = number.or_else(|| cell::filled(row.get(column::ZLOCALIZEDPHONENUMBER)));
            let account = phone.or(hidden);
            let contact = Contact {
                account: account.clone(),
                number: number.clone(),
                name: cell::filled(row.get(column::ZFULLNAME)),
                given_name: cell::filled(row.get(column::ZGIVENNAME)),
                family_name: cell::filled(row.get(column::ZLASTNAME)),
                company: cell::filled(row.get(column::ZBUSINESSNAME)),
                about: cell::filled(row.get(column::ZABOUTTEXT)),
                ..Contact::default()
            };
            if let Some(about) = &contact.about {
                book.about(&place, about);
            }
            if let Some(account) = &account {
                if let Some(number) = number.filter(|number| number.trim_start().starts_with('+')) {
                    book.card(&place, account, &number);
                }
                let names =
                    [(contact.name.clone(), "phone book"), (cell::filled(row.get(column::ZUSERNAME)), "user name")];
                book.names(&place, account, names);
            }
            book.out.put(&place, contact);
        });
    }

    /// The form of older releases: a number in `ZWAPHONE`, whose it is in `ZWACONTACT`, what that person wrote in
    /// `ZWASTATUS`.
    fn older(&mut self) {
        let mut names: HashMap<i64, [Option<Text>; 3]> = HashMap::new();
        self.each(&ZWACONTACT::WANTED, |_, row, _| {
            use ZWACONTACT as column;
            let given = cell::filled(row.get(column::ZGIVENNAME)).or_else(|| cell::filled(row.get(column::ZFIRSTNAME)));
            let name = [cell::filled(row.get(column::ZFULLNAME)), given, cell::filled(row.get(column::ZLASTNAME))];
            names.insert(cell::int(row.get(column::Z_PK)).unwrap_or(row.rowid), name);
        });
        let mut texts: HashMap<i64, Text> = HashMap::new();
        self.each(&ZWASTATUS::WANTED, |book, row, place| {
            let text = cell::filled(row.get(ZWASTATUS::ZTEXT));
            if let Some(text) = &text {
                book.about(&place, text);
            }
            if let (Some(phone), Some(text)) = (cell::reference(row.get(ZWASTATUS::ZPHONE)), text) {
                texts.insert(phone, text);
            }
        });
        self.each(&ZWAPHONE::WANTED, |book, row, place| {
            use ZWAPHONE as column;
            let account = address(row.get(column::ZWHATSAPPID), PHONE_SERVER);
            let whose = cell::reference(row.get(column::ZCONTACT)).and_then(|contact| names.get(&contact));
            let [name, given_name, family_name] = whose.cloned().unwrap_or_default();
            let number = cell::filled(row.get(column::ZPHONE)).or_else(|| cell::filled(row.get(column::ZPHONENUMBER)));
            let id = cell::int(row.get(column::Z_PK)).unwrap_or(row.rowid);
            if let Some(account) = &account {
                book.names(&place, account, [(name.clone(), "phone book")]);
            }
            let about = texts.get(&id).cloned();
            let contact = Contact { account, number, name, given_name, family_name, about, ..Contact::default() };
            book.out.put(&place, contact);
        });
    }

    /// Puts the traces of what a person writes about themselves.
    fn about(&mut self, place: &Place, text: &str) {
        let holder = Holder { owner: self.owner.as_ref(), ..Holder::default() };
        tell(&mut self.out, &holder, text, || place.clone());
    }

    fn names<const N: usize>(&mut self, place: &Place, account: &Text, names: [(Option<Text>, &str); N]) {
        for (name, kind) in names {
            if let Some(name) = name {
                let row = named(&self.out.service, account, name, kind);
                self.out.put(place, row);
            }
        }
    }

    /// A card that is filed under a hidden identifier and holds a number in international form.
    fn card(&mut self, place: &Place, account: &Text, number: &str) {
        let grouping = |c: char| c.is_whitespace() || "-.()/+".contains(c);
        let digits: String = number.chars().filter(|c| !grouping(*c)).take(16).collect();
        let number: Text = format!("{digits}@{PHONE_SERVER}").into();
        if account::phone(&number).is_some() {
            self.tie(place, account, &number, "contact card");
        }
    }
}

/// An address as written; digits alone are on this server. The address of a group or of nothing is no contact's.
fn address(stored: Cell<'_>, server: &str) -> Option<Text> {
    let written = cell::text(stored)?;
    match written.contains('@') {
        true => account::normalise(&written).filter(|it| account::chat_kind(it) == "person").map(Text::from),
        false => on_server(&written, server),
    }
}
