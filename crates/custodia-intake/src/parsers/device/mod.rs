//! Facts about the device itself that may tell a country.

pub mod android;
pub mod ios;
#[cfg(test)]
mod tests;
pub mod ufed;

use custodia_model::tables::{DeviceFact, Warning};
use custodia_model::{Origin, Rows};

/// Whether a path is this one, whatever folders it lies in.
fn is(path: &str, wanted: &str) -> bool {
    path.strip_suffix(wanted).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Characters of a value; no country, language or time zone needs as many.
const LONGEST: usize = 64;

/// Puts a fact, or a warning in place of a value that cannot be one. An empty value says nothing.
fn put(rows: &mut dyn Rows, origin: Origin, fact: &str, value: &str) {
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    if value.chars().nth(LONGEST).is_some() || value.chars().any(char::is_control) {
        let says = format!(
            "expected at most {LONGEST} printable characters as {fact}, found {} bytes; they were not taken",
            value.len()
        );
        rows.put(origin, Warning::new("value unknown", says).into());
        return;
    }
    rows.put(origin, DeviceFact { fact: fact.into(), fact_value: value.into() }.into());
}

/// Puts a country of a SIM card as stored, or a warning in place of what is no code of two letters.
fn put_country(rows: &mut dyn Rows, origin: Origin, value: &str) {
    let value = value.trim();
    if value.is_empty() || (value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        return put(rows, origin, "SIM country", value);
    }
    let says = format!("expected a country of two letters, found {} bytes of another form; not taken", value.len());
    rows.put(origin, Warning::new("value unknown", says).into());
}
