//! Pairs of numbers and hidden identifiers, and names: `ZWAPHONENUMBERLIDPAIR`, `ZWAZACCOUNT`, `ZWAPROFILEPUSHNAME`.

use std::borrow::Cow;

use custodia_model::account::{LID_SERVER, PHONE_SERVER};
use custodia_model::{Text, account};

use super::super::whatsapp::cell;
use super::super::whatsapp::out::named;
use super::super::whatsapp::reader::Reader;
use super::schema::{ZWAPHONENUMBERLIDPAIR, ZWAPROFILEPUSHNAME, ZWAZACCOUNT};
use super::storage::Reading;

/// The account of a number or hidden identifier that is written with or without its server, a plus sign, or a device.
pub fn on_server(written: &str, server: &str) -> Option<Text> {
    let user = written.trim().split('@').next().unwrap_or_default();
    let user = user.strip_prefix('+').unwrap_or(user).split([':', '.']).next().unwrap_or_default();
    let digits = (5..=20).contains(&user.len()) && user.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("{user}@{server}").into())
}

/// Reads the pairs. `ZWAZACCOUNT` is known from one public reader alone.
pub fn pairs(reading: &mut Reading<'_>) {
    let pair = |reading: &mut Reading<'_>, place: &_, hidden: Option<Cow<'_, str>>, number: Option<Cow<'_, str>>| {
        // A number in the place of a hidden identifier would tie two persons.
        let number = number.filter(|number| !number.ends_with("@lid"));
        let hidden = hidden.filter(|hidden| !hidden.contains('@') || hidden.ends_with("@lid"));
        let (Some(hidden), Some(number)) = (hidden, number) else { return };
        if let (Some(hidden), Some(number)) = (on_server(&hidden, LID_SERVER), on_server(&number, PHONE_SERVER)) {
            reading.tie(place, &hidden, &number, "lid map");
        }
    };
    reading.each(&ZWAPHONENUMBERLIDPAIR::WANTED, |reading, row, place| {
        use ZWAPHONENUMBERLIDPAIR as column;
        pair(reading, &place, cell::text(row.get(column::ZLID)), cell::text(row.get(column::ZPHONENUMBER)));
    });
    reading.each(&ZWAZACCOUNT::WANTED, |reading, row, place| {
        // Other identifiers may stand there; a hidden one says that it is.
        let hidden = cell::text(row.get(ZWAZACCOUNT::ZIDENTIFIER)).filter(|id| id.ends_with("@lid"));
        pair(reading, &place, hidden, cell::text(row.get(ZWAZACCOUNT::ZPHONENUMBER)));
    });
}

/// Reads the names that persons gave themselves.
pub fn push_names(reading: &mut Reading<'_>) {
    reading.each(&ZWAPROFILEPUSHNAME::WANTED, |reading, row, place| {
        let account = cell::text(row.get(ZWAPROFILEPUSHNAME::ZJID)).and_then(|jid| reading.jids.written(&jid));
        let name = cell::filled(row.get(ZWAPROFILEPUSHNAME::ZPUSHNAME));
        if let (Some(account), Some(name)) = (account, name)
            && account::chat_kind(&account) == "person"
        {
            let mut row = named(&reading.out.service, &account, name, "push name");
            row.own = reading.owner.as_ref() == Some(&account);
            reading.out.put(&place, row);
        }
    });
}
