//! Hidden identifiers and the numbers behind them: `ZWAPHONENUMBERLIDPAIR`, in `LID.sqlite` and some in `ChatStorage.sqlite`.

use rusqlite::{Connection, params};

use super::core_data::{self, date};
use crate::error::SynthError;
use crate::phone::Facts;
use crate::rng::{For, Rng};
use crate::world::{Account, Device, Form, Schema, World};

const SCHEMA: &str = include_str!("../schema/ios_pairs.sql");

/// Ways in which a phone ties accounts; the numbers are those of the Android phones.
const MAP: u64 = 2;
const CHAT: u64 = 3;
const CARD: u64 = 6;

/// A number below 1,000 that decides whether this phone ties a person's accounts in one of the ways.
fn drawn(world: &World, device: &Device, person: u32, way: u64) -> u64 {
    Rng::new(world.seed, For::Phone, u64::from(device.owner), way << 40 | u64::from(person)).below(1000)
}

/// Whether the chat with a person is filed under the hidden identifier.
pub fn hidden_chat(world: &World, device: &Device, person: u32) -> bool {
    device.schema >= Schema::Of2023
        && world.people[person as usize].lid.is_some()
        && drawn(world, device, person, CHAT) < 400
}

/// Whether the card of a person in the address book names the hidden identifier too.
pub fn on_card(world: &World, device: &Device, person: u32) -> bool {
    device.schema >= Schema::Of2023
        && world.people[person as usize].lid.is_some()
        && drawn(world, device, person, CARD) < 250
}

/// The pairs that a phone knows, of those whose identifier it shows.
fn pairs(world: &World, device: &Device, facts: &Facts) -> Vec<(Account, Account)> {
    let hidden = facts.accounts.iter().filter(|account| account.form == Form::Lid);
    hidden
        .filter(|lid| drawn(world, device, lid.person, MAP) < device.jid_map)
        .map(|lid| {
            let form = world.people[lid.person as usize].phone_at(device.seized);
            (Account { person: lid.person, form }, *lid)
        })
        .collect()
}

/// Adds the table to `ChatStorage.sqlite`, with a few of the pairs.
pub fn in_storage(world: &World, device: &Device, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let few = pairs(world, device, facts).into_iter().filter(|(_, lid)| lid.person % 4 == 0).collect();
    fill(world, device, db, few, facts)
}

/// Writes `LID.sqlite`.
pub fn write(world: &World, index: usize, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let device = &world.devices[index];
    let entities = ["WAPhoneNumberLIDPair"];
    db.execute_batch("BEGIN")?;
    let all = pairs(world, device, facts);
    fill(world, device, db, all, facts)?;
    core_data::begin(world, index, db, 1, &entities)?;
    core_data::finish(db, &entities)?;
    db.execute_batch("COMMIT")?;
    Ok(())
}

fn fill(
    world: &World,
    device: &Device,
    db: &Connection,
    pairs: Vec<(Account, Account)>,
    facts: &mut Facts,
) -> Result<(), SynthError> {
    db.execute_batch(SCHEMA)?;
    for (place, (phone, lid)) in pairs.into_iter().enumerate() {
        let [number, hidden] = [phone, lid].map(|account| world.address(account));
        // Forms of both are found: with server and without.
        let digits = |address: &str| address.split('@').next().unwrap_or_default().to_owned();
        let (hidden, number) = match place % 3 {
            0 => (digits(&hidden), digits(&number)),
            1 => (hidden, digits(&number)),
            _ => (hidden, number),
        };
        db.prepare_cached("INSERT INTO ZWAPHONENUMBERLIDPAIR VALUES (?, 9, 1, ?, ?, ?)")?.execute(params![
            place + 1,
            date(device.seized - 1_000_000),
            hidden,
            number
        ])?;
        facts.tie(phone, lid);
    }
    Ok(())
}
