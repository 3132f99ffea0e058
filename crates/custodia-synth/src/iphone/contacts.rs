//! `ContactsV2.sqlite`: the address book as the app keeps it, in its present and its earlier form.

use rusqlite::{Connection, params};

use super::core_data::{self, date};
use super::ties;
use crate::error::SynthError;
use crate::phone::Facts;
use crate::rng::{For, Rng};
use crate::world::{Account, Device, Form, Schema, World};

const PRESENT: &str = include_str!("../schema/ios_contacts.sql");
const OLDER: &str = include_str!("../schema/ios_contacts_older.sql");

/// Writes the database: people of the chats whom the owner has saved, and others.
pub fn write(world: &World, index: usize, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let device = &world.devices[index];
    let mut rng = Rng::new(world.seed, For::Phone, index as u64, 2);
    let mut saved: Vec<Account> = (0..10)
        .map(|_| {
            let person = rng.index(world.people.len()) as u32;
            Account { person, form: world.people[person as usize].phone_at(device.seized) }
        })
        .collect();
    let others = facts.accounts.iter().filter(|account| account.person != device.owner && account.form != Form::Lid);
    saved.extend(others.filter(|_| rng.per_mille(400)));
    saved.retain(|account| account.person != device.owner);
    saved.sort_unstable();
    saved.dedup();
    facts.accounts.extend(&saved);
    let present = device.schema >= Schema::Of2023;
    let entities: &[&str] = if present { &["WAAddressBookContact"] } else { &["WAContact", "WAPhone", "WAStatus"] };
    db.execute_batch(&format!("BEGIN; {}", if present { PRESENT } else { OLDER }))?;
    core_data::begin(world, index, db, 3, entities)?;
    for (place, account) in saved.into_iter().enumerate() {
        match present {
            true => self::present(world, device, db, place, account, facts)?,
            false => older(world, device, db, place, account)?,
        }
    }
    core_data::finish(db, entities)?;
    db.execute_batch("COMMIT")?;
    Ok(())
}

fn present(
    world: &World,
    device: &Device,
    db: &Connection,
    place: usize,
    account: Account,
    facts: &mut Facts,
) -> Result<(), SynthError> {
    let person = &world.people[account.person as usize];
    let address = world.address(account);
    let hidden = Account { person: account.person, form: Form::Lid };
    let now = account.form == person.phone_at(device.seized);
    let lid = (now && ties::on_card(world, device, account.person)).then(|| {
        facts.tie(account, hidden);
        world.address(hidden)
    });
    db.prepare_cached(
        "INSERT INTO ZWAADDRESSBOOKCONTACT (Z_PK, Z_ENT, Z_OPT, ZSORT, ZLASTUPDATED, ZABOUTTEXT, ZBUSINESSNAME, ZFULLNAME, ZGIVENNAME,
         ZHIGHLIGHTEDNAME, ZLASTNAME, ZLID, ZPHONENUMBER, ZPHONENUMBERLABEL, ZWHATSAPPID) VALUES (?1, 1, 1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9,
         '_$!<Mobile>!$_', ?10)",
    )?
    .execute(params![
        place + 1,
        date(device.seized - 86_400_000),
        place.is_multiple_of(5).then_some("Available"),
        (place % 97 == 5).then(|| format!("{} Bakery", person.family)),
        format!("{} {}", person.given, person.family),
        person.given,
        person.family,
        lid,
        format!("+{}", address.split('@').next().unwrap_or_default()),
        address
    ])?;
    Ok(())
}

fn older(world: &World, device: &Device, db: &Connection, place: usize, account: Account) -> Result<(), SynthError> {
    let (person, address) = (&world.people[account.person as usize], world.address(account));
    let (row, number) = (place + 1, address.split('@').next().unwrap_or_default());
    db.prepare_cached("INSERT INTO ZWACONTACT VALUES (?1, 1, 1, ?1, ?2, ?3, ?4)")?.execute(params![
        row,
        format!("{} {}", person.given, person.family),
        person.given,
        person.family
    ])?;
    db.prepare_cached("INSERT INTO ZWAPHONE VALUES (?1, 2, 1, ?1, 0, ?2, ?3)")?.execute(params![
        row,
        format!("+{number}"),
        number
    ])?;
    if place.is_multiple_of(5) {
        db.prepare_cached("INSERT INTO ZWASTATUS VALUES (?1, 3, 1, ?1, ?2, 'Available')")?
            .execute(params![row, date(device.seized - 86_400_000)])?;
    }
    Ok(())
}
