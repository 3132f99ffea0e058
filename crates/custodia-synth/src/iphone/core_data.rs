//! What every database of Core Data has: numbers of entities, the highest key of each, times since 2001.

use rusqlite::{Connection, params};

use super::paths::uuid;
use super::plist::{Value, binary};
use crate::error::SynthError;
use crate::rng::{For, Rng};
use crate::world::World;

const SCHEMA: &str = include_str!("../schema/ios_core_data.sql");

/// From 1970 to 2001 in milliseconds.
const EPOCH: i64 = 978_307_200_000;

/// Seconds since 2001 of a moment in Unix milliseconds.
pub fn date(at: u64) -> f64 {
    (at as i64 - EPOCH) as f64 / 1000.0
}

/// Adds the tables of Core Data itself: `entities` are the tables without their `Z`, in alphabetical order.
pub fn begin(world: &World, index: usize, db: &Connection, which: u64, entities: &[&str]) -> Result<(), SynthError> {
    db.execute_batch(SCHEMA)?;
    for (place, name) in entities.iter().enumerate() {
        db.execute("INSERT INTO Z_PRIMARYKEY VALUES (?, ?, 0, 0)", params![place + 1, name])?;
    }
    let mut rng = Rng::new(world.seed, For::Phone, index as u64, 8 << 40 | which);
    let plist = Value::Map(vec![
        ("NSPersistenceFrameworkVersion", Value::Int(754)),
        ("NSStoreType", "SQLite".into()),
        ("_NSAutoVacuumLevel", "2".into()),
    ]);
    db.execute("INSERT INTO Z_METADATA VALUES (1, ?, ?)", params![uuid(&mut rng), binary(&plist)])?;
    Ok(())
}

/// Notes the highest key of each entity.
pub fn finish(db: &Connection, entities: &[&str]) -> Result<(), SynthError> {
    for name in entities {
        // The highest key ever given stays, whatever is deleted.
        db.execute(
            &format!(
                "UPDATE Z_PRIMARYKEY SET Z_MAX = max(Z_MAX, (SELECT coalesce(max(Z_PK), 0) FROM Z{})) WHERE Z_NAME = ?",
                name.to_uppercase()
            ),
            [name],
        )?;
    }
    Ok(())
}
