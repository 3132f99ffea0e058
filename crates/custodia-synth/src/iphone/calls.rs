//! `CallHistory.sqlite`.

use rusqlite::{Connection, params};

use super::core_data::{self, date};
use crate::error::SynthError;
use crate::phone::{Facts, calls, named};
use crate::world::World;

const SCHEMA: &str = include_str!("../schema/ios_calls.sql");

const ENTITIES: [&str; 3] = ["WAAggregateCallEvent", "WACDCallEvent", "WACDCallEventParticipant"];

/// Writes the database: the same calls as on the other person's phone.
pub fn write(world: &World, index: usize, db: &Connection, facts: &mut Facts) -> Result<(), SynthError> {
    let device = &world.devices[index];
    db.execute_batch(&format!("BEGIN; {SCHEMA}"))?;
    core_data::begin(world, index, db, 2, &ENTITIES)?;
    for (place, call) in calls::of(world, device).into_iter().enumerate() {
        let row = place + 1;
        let account = named(world, device, call.chat, call.person, call.at);
        facts.accounts.insert(account);
        let outcome = i64::from(!call.answered);
        db.prepare_cached("INSERT INTO ZWAAGGREGATECALLEVENT VALUES (?, 1, 1, ?, ?, 0)")?.execute(params![
            row,
            !call.from_me,
            !call.answered && !call.from_me
        ])?;
        db.prepare_cached(
            "INSERT INTO ZWACDCALLEVENT (Z_PK, Z_ENT, Z_OPT, ZBYTESRECEIVED, ZBYTESSENT, ZOUTCOME, Z1CALLEVENTS, ZDATE, ZDURATION, ZCALLIDSTRING)
             VALUES (?1, 2, 1, 0, 0, ?2, ?1, ?3, ?4, ?5)",
        )?
        .execute(params![row, outcome, date(device.stamp(call.at)), call.duration as f64, call.id])?;
        db.prepare_cached("INSERT INTO ZWACDCALLEVENTPARTICIPANT VALUES (?1, 3, 1, ?2, ?1, ?3)")?.execute(params![
            row,
            outcome,
            world.address(account)
        ])?;
    }
    core_data::finish(db, &ENTITIES)?;
    db.execute_batch("COMMIT")?;
    Ok(())
}
