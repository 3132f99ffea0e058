//! Columns that were added to a table. A record of before has no fields for them and reads as if it held their defaults; SQLite stores
//! these once it writes the row anew (`ALTER TABLE`, section 5). A live row may so say the same as a deleted form of it in other bytes.

use super::super::btree::{self, Kind};
use super::super::record::{Value, serial_len};
use super::super::schema::TableInfo;
use super::super::text::Encoding;
use super::known::Candidate;
use super::region::varint_len;
use super::shape::{Shape, header};

/// What absent fields of the records of a table say.
pub(super) struct Added {
    /// By field, the serial type and the bytes that SQLite would store; none where that is not known.
    fields: Vec<Option<(u64, Vec<u8>)>>,
    /// Fewest fields of a record, as far as the table and its live rows say.
    fewest: usize,
    kind: Kind,
}

impl Added {
    /// None where no column can have been added.
    pub fn of(table: &TableInfo, shape: &Shape, encoding: Encoding) -> Option<Added> {
        let mut fields = vec![None; table.layout.len()];
        for column in table.layout.iter().filter(|column| column.addable && !column.unread_default) {
            if let Some(field) = fields.get_mut(usize::from(column.field)) {
                *field = stored(&column.default, encoding);
            }
        }
        let kind = if table.without_rowid { Kind::IndexLeaf } else { Kind::TableLeaf };
        let added = fields.last().is_some_and(Option::is_some);
        added.then_some(Added { fields, fewest: shape.least, kind })
    }

    /// The same record with more fields or fewer: how many bytes it would have, and those in its own page.
    pub fn forms(&self, one: &Candidate, usable: usize) -> Vec<(u64, Vec<u8>)> {
        let (mut serials, mut forms) = (Vec::new(), Vec::new());
        let Some((begin, _)) = header(&one.payload, 0, &mut serials) else { return forms };
        let values = one.payload.get(begin..).unwrap_or_default();
        let whole = one.payload.len() as u64 == one.length;
        let mut fewer = (serials.clone(), values.to_vec());
        while whole && fewer.0.len() > self.fewest.max(1) {
            let Some(Some((serial, bytes))) = self.fields.get(fewer.0.len() - 1) else { break };
            if fewer.0.last() != Some(serial) || !fewer.1.ends_with(bytes) {
                break;
            }
            fewer.0.pop();
            fewer.1.truncate(fewer.1.len().saturating_sub(bytes.len()));
            forms.extend(self.form(&fewer.0, &fewer.1, usable));
        }
        let mut more = (serials, values.to_vec());
        while let Some(Some((serial, bytes))) = self.fields.get(more.0.len()) {
            more.0.push(*serial);
            if whole {
                more.1.extend_from_slice(bytes);
            }
            forms.extend(self.form(&more.0, &more.1, usable));
        }
        forms
    }

    /// The record of these fields, when enough of its values is there to fill its page.
    fn form(&self, serials: &[u64], values: &[u8], usable: usize) -> Option<(u64, Vec<u8>)> {
        let types: Vec<u8> = serials.iter().flat_map(|serial| encoded(*serial)).collect();
        let mut length = types.len() + 1;
        // The length counts itself.
        length += varint_len(length as u64) - 1;
        let mut record = encoded(length as u64);
        record.extend(types);
        let body = serials.iter().try_fold(0u64, |sum, serial| sum.checked_add(serial_len(*serial)?))?;
        let payload = body.checked_add(record.len() as u64)?;
        record.extend_from_slice(values);
        let local = btree::local(usable, self.kind, payload);
        if record.len() < local {
            return None;
        }
        record.truncate(local);
        Some((payload, record))
    }
}

/// A number as SQLite writes it in a header: serial types and lengths that fit a page, so far below nine bytes.
fn encoded(value: u64) -> Vec<u8> {
    let len = varint_len(value);
    let part = |index: usize| (value >> (7 * (len - 1 - index))) as u8 & 0x7f;
    (0..len).map(|index| part(index) | if index + 1 < len { 0x80 } else { 0 }).collect()
}

/// What SQLite stores for a default.
fn stored(value: &Value, encoding: Encoding) -> Option<(u64, Vec<u8>)> {
    Some(match value {
        Value::Null => (0, Vec::new()),
        Value::Int(value) => integer(*value),
        // A real without a fraction is stored as an integer where that is shorter.
        Value::Real(value) if *value == value.trunc() && value.abs() < (1i64 << 47) as f64 => integer(*value as i64),
        Value::Real(value) => (7, value.to_be_bytes().to_vec()),
        Value::Text(text) => {
            let bytes = encoding.encode(text);
            (13 + 2 * bytes.len() as u64, bytes)
        }
        Value::Blob(bytes) => (12 + 2 * bytes.len() as u64, bytes.clone()),
    })
}

/// The shortest form of an integer.
fn integer(value: i64) -> (u64, Vec<u8>) {
    let bytes = value.to_be_bytes();
    let fits = |len: usize| value >> (8 * len - 1) == 0 || value >> (8 * len - 1) == -1;
    match value {
        0 => (8, Vec::new()),
        1 => (9, Vec::new()),
        _ => [(1, 1), (2, 2), (3, 3), (4, 4), (5, 6)]
            .into_iter()
            .find(|(_, len)| fits(*len))
            .map_or((6, bytes.to_vec()), |(serial, len)| (serial, bytes.get(8 - len..).unwrap_or_default().to_vec())),
    }
}
