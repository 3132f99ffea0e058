//! Property lists, binary and XML, as far as a phone needs them.
//!
//! Own writer, eighty lines: the examiner reads lists with a library, and a second opinion tests both. Source of the binary
//! form: the comment at the head of Apple's published `CFBinaryPList.c`.

use std::fmt::Write;

/// A value of a list.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    Text(String),
    /// Number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// Number of another object in an archive.
    Uid(u8),
    /// Values in order.
    List(Vec<Value>),
    /// Names and values in order.
    Map(Vec<(&'static str, Value)>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

/// A list in its binary form.
pub fn binary(top: &Value) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = Vec::new();
    add(top, &mut objects);
    let mut out = b"bplist00".to_vec();
    let mut offsets = Vec::with_capacity(objects.len());
    for object in &objects {
        offsets.push(out.len() as u32);
        out.extend(object);
    }
    let table = out.len() as u64;
    offsets.iter().for_each(|offset| out.extend(offset.to_be_bytes()));
    // Five unused bytes, no sort version, offsets of four bytes, references of two.
    out.extend([0, 0, 0, 0, 0, 0, 4, 2]);
    for number in [objects.len() as u64, 0, table] {
        out.extend(number.to_be_bytes());
    }
    out
}

/// Adds an object and all below it; gives its number.
fn add(value: &Value, objects: &mut Vec<Vec<u8>>) -> u16 {
    let place = objects.len();
    objects.push(Vec::new());
    let mut out = Vec::new();
    match value {
        Value::Bool(yes) => out.push(if *yes { 9 } else { 8 }),
        Value::Int(number) => int(&mut out, *number),
        Value::Uid(number) => out.extend([0x80, *number]),
        Value::Text(text) if text.is_ascii() => {
            head(&mut out, 0x50, text.len());
            out.extend(text.as_bytes());
        }
        Value::Text(text) => {
            head(&mut out, 0x60, text.encode_utf16().count());
            text.encode_utf16().for_each(|unit| out.extend(unit.to_be_bytes()));
        }
        Value::List(values) => {
            head(&mut out, 0xa0, values.len());
            values.iter().for_each(|value| out.extend(add(value, objects).to_be_bytes()));
        }
        Value::Map(entries) => {
            head(&mut out, 0xd0, entries.len());
            entries.iter().for_each(|(key, _)| out.extend(add(&Value::from(*key), objects).to_be_bytes()));
            entries.iter().for_each(|(_, value)| out.extend(add(value, objects).to_be_bytes()));
        }
    }
    objects[place] = out;
    place as u16
}

fn int(out: &mut Vec<u8>, number: i64) {
    match u32::try_from(number) {
        Ok(small) if small < 256 => out.extend([0x10, small as u8]),
        Ok(small) => {
            out.push(0x12);
            out.extend(small.to_be_bytes());
        }
        Err(_) => {
            out.push(0x13);
            out.extend(number.to_be_bytes());
        }
    }
}

fn head(out: &mut Vec<u8>, kind: u8, count: usize) {
    if count < 15 {
        out.push(kind | count as u8);
    } else {
        out.push(kind | 15);
        int(out, count as i64);
    }
}

/// A list in its XML form; numbers of other objects have none.
pub fn xml(top: &Value) -> Vec<u8> {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \
         \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n",
    );
    element(&mut out, top);
    out.push_str("</plist>\n");
    out.into_bytes()
}

fn element(out: &mut String, value: &Value) {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // Writing into a text cannot fail.
    let _ = match value {
        Value::Text(text) => writeln!(out, "<string>{}</string>", escaped(text)),
        Value::Int(number) => writeln!(out, "<integer>{number}</integer>"),
        Value::Bool(yes) => writeln!(out, "<{yes}/>"),
        Value::Uid(number) => writeln!(out, "<dict><key>CF$UID</key><integer>{number}</integer></dict>"),
        Value::List(values) => {
            out.push_str("<array>\n");
            values.iter().for_each(|value| element(out, value));
            writeln!(out, "</array>")
        }
        Value::Map(entries) => {
            out.push_str("<dict>\n");
            for (key, value) in entries {
                let _ = writeln!(out, "<key>{}</key>", escaped(key));
                element(out, value);
            }
            writeln!(out, "</dict>")
        }
    };
}
