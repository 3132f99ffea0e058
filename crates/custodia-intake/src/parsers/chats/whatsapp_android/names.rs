//! Names and pairs of identifiers: `jid_map`, `lid_display_name`, and the own push name in `props`.

use custodia_model::tables::Account;
use custodia_model::{Text, account};

use super::cell;
use super::reading::Reading;
use super::schema::{jid_map, lid_display_name, props};

/// Reads them all.
pub fn read(reading: &mut Reading<'_>) {
    reading.each(&jid_map::WANTED, |reading, row, place| {
        let hidden = reading.jid(&place, cell::reference(row.get(jid_map::lid_row_id)));
        let number = reading.jid(&place, cell::reference(row.get(jid_map::jid_row_id)));
        if let (Some(hidden), Some(number)) = (hidden, number) {
            reading.alias(&place, &hidden, &number, "lid map", None);
        }
    });
    reading.each(&lid_display_name::WANTED, |reading, row, place| {
        let Some(account) = reading.jid(&place, cell::reference(row.get(lid_display_name::lid_row_id))) else { return };
        for (column, kind) in [(lid_display_name::display_name, "lid name"), (lid_display_name::username, "user name")]
        {
            if let Some(name) = cell::filled(row.get(column)) {
                let row = named(&reading.out.service, &account, name, kind);
                reading.out.put(&place, row);
            }
        }
    });
    reading.each(&props::WANTED, |reading, row, place| {
        let own = cell::text(row.get(props::key)).is_some_and(|key| key == "user_push_name");
        let Some(owner) = reading.owner.clone().filter(|_| own) else { return };
        if let Some(name) = cell::filled(row.get(props::value)) {
            let row = Account { own: true, ..named(&reading.out.service, &owner, name, "push name") };
            reading.out.put(&place, row);
        }
    });
}

/// An account with a name.
pub fn named(service: &Text, account: &Text, name: Text, kind: &str) -> Account {
    Account {
        account: account.clone(),
        service: service.clone(),
        phone: account::phone(account).map(Text::from),
        name: Some(name),
        name_kind: Some(kind.into()),
        own: false,
    }
}
