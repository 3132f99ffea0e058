//! `wa.db`: the address book as the app keeps it, and what it knows of the groups.

use rusqlite::{Connection, params};

use super::facts::Facts;
use super::view::{self, View};
use crate::error::SynthError;
use crate::rng::{For, Rng};
use crate::world::{Account, Act, Form, World};

/// Writes the database.
pub fn write(world: &World, index: usize, view: &View, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let device = &world.devices[index];
    db.execute_batch(&format!("BEGIN; {}", super::WA_SCHEMA))?;
    let mut rng = Rng::new(world.seed, For::Phone, index as u64, 2);
    for _ in 0..10 {
        // People of the address book with whom nothing was shared.
        let person = rng.index(world.people.len()) as u32;
        facts.accounts.insert(Account { person, form: world.people[person as usize].phone_at(device.seized) });
    }
    let accounts: Vec<Account> =
        facts.accounts.iter().filter(|account| account.person != device.owner).copied().collect();
    for (place, account) in accounts.into_iter().enumerate() {
        let person = &world.people[account.person as usize];
        let address = world.address(account);
        let number = (account.form != Form::Lid).then(|| format!("+{}", address.split('@').next().unwrap_or("")));
        let saved = number.is_some() && rng.per_mille(400);
        let name = saved.then(|| format!("{} {}", person.given, person.family));
        let shown = rng.per_mille(800).then(|| person.shown_name());
        db.prepare_cached(
            "INSERT INTO wa_contacts (jid, is_whatsapp_user, status, status_timestamp, number, raw_contact_id, display_name, given_name,
             family_name, wa_name, sort_name) VALUES (?, 1, ?, 0, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            address,
            (place % 5 == 0).then_some("Available"),
            number,
            if saved { place as i64 + 1 } else { -1 },
            name,
            saved.then_some(person.given),
            saved.then_some(person.family),
            shown,
            shown.as_ref().or(name.as_ref())
        ])?;
        if place % 97 == 5 {
            db.prepare_cached("INSERT INTO wa_vnames (jid, serial, issuer, expires, verified_name, verified_level) VALUES (?, ?, 'smb:wa', 0, ?, 1)")?
                .execute(params![address, place, format!("{} Bakery", person.family)])?;
        }
    }
    for (g, roster) in &view.rosters {
        let group = &world.groups[*g as usize];
        db.execute(
            "INSERT INTO wa_contacts (jid, is_whatsapp_user, display_name) VALUES (?, 1, ?)",
            params![group.address, group.subject],
        )?;
        if device.settings {
            let creator = view::named(world, device, *g, group.creator, roster.until);
            facts.accounts.insert(creator);
            facts.creators.insert(*g);
            db.execute(
                "INSERT INTO wa_group_admin_settings (jid, restrict_mode, announcement_group, ephemeral_duration, creator_jid,
                 addressing_mode) VALUES (?, 0, 0, 0, ?, ?)",
                params![group.address, world.address(creator), creator.form == Form::Lid],
            )?;
        }
        let here = |event: &&crate::world::Event| event.act == Act::Description && event.at < roster.until;
        if let Some(event) = group.events.iter().rev().find(here) {
            let setter = event.actor.map(|person| view::named(world, device, *g, person, event.at));
            facts.accounts.extend(setter);
            db.execute(
                "INSERT INTO wa_group_descriptions (jid, description, description_id_string, description_time, description_setter_jid)
                 VALUES (?, ?, ?, ?, ?)",
                params![group.address, event.new, format!("{:08X}", event.at as u32), event.at / 1000, setter.map(|who| world.address(who))],
            )?;
        }
    }
    db.execute_batch("COMMIT")?;
    Ok(())
}
