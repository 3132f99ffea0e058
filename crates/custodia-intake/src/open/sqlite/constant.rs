//! Constants of the schema: literals after `DEFAULT`, and what the affinity of their column makes of them.

use super::create::Affinity;
use super::record::Value;
use super::token::Token;

/// The value of one literal token. None for anything that would have to be evaluated.
pub(super) fn read(token: &Token<'_>, negative: bool) -> Option<Value> {
    match token {
        Token::Number(digits) => number(digits, negative),
        _ if negative => None,
        Token::Quoted(text) => Some(Value::Text(text.clone())),
        Token::Blob(digits) => hex::decode(digits).ok().map(Value::Blob),
        Token::Word(word) => match word.to_ascii_uppercase().as_str() {
            "NULL" => Some(Value::Null),
            "TRUE" => Some(Value::Int(1)),
            "FALSE" => Some(Value::Int(0)),
            "CURRENT_TIME" | "CURRENT_DATE" | "CURRENT_TIMESTAMP" => None,
            // A bare name stands for itself as a text.
            _ => Some(Value::Text((*word).to_owned())),
        },
        Token::Sign(_) => None,
    }
}

fn number(digits: &str, negative: bool) -> Option<Value> {
    let digits = digits.replace('_', "");
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        let value = u64::from_str_radix(hex, 16).ok()?.cast_signed();
        return Some(Value::Int(if negative { value.checked_neg()? } else { value }));
    }
    let signed = if negative { format!("-{digits}") } else { digits };
    if let Ok(value) = signed.parse::<i64>() {
        return Some(Value::Int(value));
    }
    signed.parse::<f64>().ok().map(Value::Real)
}

/// What a column of this affinity stores when it is given the value.
pub(super) fn with_affinity(value: Value, affinity: Affinity) -> Value {
    match (affinity, value) {
        (Affinity::Text, Value::Int(value)) => Value::Text(value.to_string()),
        (Affinity::Text, Value::Real(value)) => Value::Text(format!("{value:?}")),
        (Affinity::Integer | Affinity::Numeric, Value::Text(text)) => match numeric(&text) {
            Some(number) => whole(number),
            None => Value::Text(text),
        },
        (Affinity::Integer | Affinity::Numeric, value @ Value::Real(_)) => whole(value),
        (Affinity::Real, Value::Int(value)) => Value::Real(value as f64),
        (Affinity::Real, Value::Text(text)) => match numeric(&text) {
            Some(Value::Int(value)) => Value::Real(value as f64),
            Some(value) => value,
            None => Value::Text(text),
        },
        (_, value) => value,
    }
}

/// The number that a text spells, blanks around it allowed.
fn numeric(text: &str) -> Option<Value> {
    let text = text.trim_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
    // Rust also reads words such as `inf`; SQLite reads digits only.
    let digits = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !digits || text.is_empty() {
        return None;
    }
    text.parse::<i64>().ok().map(Value::Int).or_else(|| text.parse::<f64>().ok().map(Value::Real))
}

/// A real that is a whole number becomes an integer, as far as integers of eight bytes reach.
fn whole(value: Value) -> Value {
    match value {
        Value::Real(real) if real == real.trunc() && real.abs() < 9.2e18 => Value::Int(real as i64),
        value => value,
    }
}
