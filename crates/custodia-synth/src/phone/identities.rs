//! `axolotl.db`: public keys of the accounts that a phone exchanged messages with. A person's number and LID have one key.

use rusqlite::{Connection, params};

use super::facts::Facts;
use crate::error::SynthError;
use crate::rng::{For, Rng};
use crate::world::{Account, Form, World};

const SCHEMA: &str = "
CREATE TABLE identities (_id INTEGER PRIMARY KEY AUTOINCREMENT, recipient_id INTEGER NOT NULL, device_id INTEGER, registration_id INTEGER, public_key BLOB, next_prekey_id INTEGER, timestamp INTEGER, recipient_type INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX identities_index ON identities (recipient_id, recipient_type, device_id);
";

/// Recipient of the row with the phone's own key.
const OWN: i64 = -1;

/// Writes the database.
///
/// A LID never stands without the number that its key is shared with. So which accounts the keys tie does not depend on
/// whether somebody compares keys within one phone or over all of them.
pub fn write(world: &World, index: usize, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let device = &world.devices[index];
    db.execute_batch(&format!("BEGIN; {SCHEMA}"))?;
    let mut writer = Writer { db, seized: device.seized, rng: Rng::new(world.seed, For::Phone, index as u64, 4) };
    writer.row(OWN, 0, key(world, Account { person: device.owner, form: Form::Phone }, 0), 0)?;
    let mut people: Vec<(u32, bool)> = Vec::new();
    for account in facts.accounts.iter().filter(|account| account.person != device.owner) {
        // Forms of a person stand together, the LID last.
        let hidden = account.form == Form::Lid;
        match people.last_mut() {
            Some((person, lid)) if *person == account.person => *lid |= hidden,
            _ => people.push((account.person, hidden)),
        }
    }
    for (person, hidden) in people {
        let phone = Account { person, form: world.people[person as usize].phone_at(device.seized) };
        let lid = Account { person, form: Form::Lid };
        let known = Rng::new(world.seed, For::Key, 1 << 43, u64::from(person)).below(1000);
        let tied = hidden && known < 300;
        // Where the number is not known to the phone, a row of it would tell it.
        if !tied && (known >= 500 || !facts.accounts.contains(&phone)) {
            continue;
        }
        writer.row(user(world, phone), 0, key(world, phone, 0), 0)?;
        if person % 6 == 0 {
            // A linked device has a key of its own.
            writer.row(user(world, phone), 1, key(world, phone, 1), 0)?;
        }
        if tied {
            writer.row(user(world, lid), 0, key(world, phone, 0), 1)?;
            facts.tie(phone, lid);
        }
    }
    db.execute_batch("COMMIT")?;
    Ok(())
}

struct Writer<'a> {
    db: &'a Connection,
    seized: u64,
    rng: Rng,
}

impl Writer<'_> {
    fn row(&mut self, recipient: i64, device: u32, key: [u8; 33], kind: u8) -> Result<(), SynthError> {
        let at = self.seized / 1000 - self.rng.below(10_000_000);
        self.db
            .prepare_cached(
                "INSERT INTO identities (recipient_id, device_id, registration_id, public_key, next_prekey_id, timestamp,
                 recipient_type) VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![recipient, device, self.rng.bits() >> 33, key, self.rng.below(1 << 24), at, kind])?;
        Ok(())
    }
}

/// The digits of an account.
fn user(world: &World, account: Account) -> i64 {
    let address = world.address(account);
    address.split('@').next().and_then(|user| user.parse().ok()).unwrap_or(0)
}

/// Public key of a device of an account: the byte that names the curve, and 32 bytes. A new number is a new account.
fn key(world: &World, account: Account, device: u64) -> [u8; 33] {
    let mut key = [5; 33];
    let purpose = 1 << 44 | (account.form as u64) << 8 | device;
    Rng::new(world.seed, For::Key, purpose, u64::from(account.person)).fill(&mut key[1..]);
    key
}
