//! What records of a table look like, learned from its declaration and its live rows, and whether bytes have that
//! form. SQLite stores every value in the shortest way and with the affinity of its column, so bytes that happen to
//! look like a record seldom pass.

use std::borrow::Cow;

use super::super::create::Affinity;
use super::super::number::{signed, varint};
use super::super::record::serial_len;
use super::super::schema::TableInfo;
use super::super::text::Encoding;

/// Rows after which a kind of value that was never seen in a column is not believed there.
const TAUGHT: u64 = 20;

/// Bits that the lengths of a payload and of its header had to have, and bits that no random bytes will have.
const LENGTHS: u64 = 16;
const PROOF: u64 = 48;

/// Kinds of values, as bits.
pub(super) const NULL: u8 = 1;
pub(super) const INT: u8 = 2;
const REAL: u8 = 4;
const TEXT: u8 = 8;
const BLOB: u8 = 16;

/// How strictly bytes are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    /// A list of cells names the place.
    Listed,
    /// Only the form speaks for it.
    Form,
    /// What stands beside it speaks for it too.
    Row,
}

/// Which records of a table are thought of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those of the form that its live rows show.
    Usual,
    /// Also those written before columns were added to the table, and bytes in columns of which no live row holds such. So much else
    /// may look like these that they must be proved, and that what another table may hold is not one of them.
    Wide,
}

/// The form of the records of one table.
pub(super) struct Shape {
    fields: Vec<Field>,
    /// Fewest and most fields of a record.
    pub least: usize,
    pub most: usize,
    /// Fewest fields of a record that was written before columns were added, as far as the declaration allows that.
    shortest: usize,
    /// What the first field, a text, always says.
    pub opening: Option<&'static [u8]>,
    rows: u64,
    /// Whether live rows hold too little to be told by their form.
    meagre: bool,
    pub highest: i64,
    /// Whether the table has no rowids, so that its records are the entries of a b-tree of the form of an index.
    pub keyed: bool,
    encoding: Encoding,
}

#[derive(Clone, Default)]
struct Field {
    affinity: Affinity,
    not_null: bool,
    alias: bool,
    /// Whether it is declared to hold bytes.
    bytes: bool,
    /// Whether it may have been added to a table that had rows.
    addable: bool,
    seen: u8,
}

pub(super) fn class(serial: u64) -> u8 {
    match serial {
        0 => NULL,
        7 => REAL,
        1..=6 | 8 | 9 => INT,
        10 | 11 => 0,
        serial if serial % 2 == 0 => BLOB,
        _ => TEXT,
    }
}

impl Shape {
    /// The declared form of a table.
    pub fn new(table: &TableInfo, encoding: Encoding) -> Shape {
        let mut fields = vec![Field::default(); table.layout.len()];
        for (index, column) in table.layout.iter().enumerate() {
            if let Some(field) = fields.get_mut(usize::from(column.field)) {
                let alias = table.rowid_alias == Some(index);
                *field = Field {
                    affinity: column.affinity,
                    not_null: column.not_null && !alias,
                    alias,
                    bytes: column.bytes,
                    addable: column.addable,
                    seen: 0,
                };
            }
        }
        // The key comes first, and none of it is NULL.
        if table.without_rowid {
            fields.iter_mut().take(table.key.len()).for_each(|field| field.not_null = true);
        }
        let (most, keyed) = (fields.len(), table.without_rowid);
        // Columns are added behind all others. Of one field alone nothing is told.
        let shortest =
            fields.iter().rposition(|field| !field.addable).map_or(0, |last| last + 1).clamp(2.min(most), most);
        Shape {
            fields,
            least: most,
            most,
            shortest,
            opening: None,
            rows: 0,
            meagre: false,
            highest: 0,
            keyed,
            encoding,
        }
    }

    /// Learns from the header of a live record.
    pub fn learn(&mut self, rowid: i64, local: &[u8]) {
        let mut serials = Vec::new();
        if header(local, 0, &mut serials).is_none() {
            return;
        }
        self.rows += 1;
        self.highest = self.highest.max(rowid);
        self.least = self.least.min(serials.len()).max(1);
        let (mut filled, mut letters) = (0usize, 0usize);
        for (field, serial) in self.fields.iter_mut().zip(&serials) {
            let class = class(*serial);
            field.seen |= class;
            filled += usize::from(class != NULL);
            if class & (TEXT | BLOB) != 0 {
                letters = letters.saturating_add(serial_len(*serial).and_then(|len| len.try_into().ok()).unwrap_or(0));
            }
        }
        self.meagre |= !tells(filled, letters);
    }

    /// Whether records of the table may hold too little to be told by their form.
    pub fn meagre(&self) -> bool {
        self.meagre || self.rows == 0
    }

    /// Fewest fields of a record.
    pub fn fewest(&self, reach: Reach) -> usize {
        match reach {
            Reach::Usual => self.least,
            Reach::Wide => self.least.min(self.shortest),
        }
    }

    /// Whether a field may have this serial type.
    pub fn allows(&self, index: usize, serial: u64, reach: Reach) -> bool {
        let Some(field) = self.fields.get(index) else { return false };
        let class = class(serial);
        if field.alias {
            return serial == 0;
        }
        if class == NULL {
            return !field.not_null;
        }
        let usual = match field.affinity {
            Affinity::Integer => INT,
            Affinity::Text => TEXT,
            Affinity::Real | Affinity::Numeric => INT | REAL,
            Affinity::Blob if self.rows < TAUGHT => INT | REAL | TEXT | BLOB,
            Affinity::Blob => 0,
        };
        let bytes = field.bytes || (reach == Reach::Wide && matches!(field.affinity, Affinity::Text | Affinity::Blob));
        let bytes = if bytes { BLOB } else { 0 };
        let untaught = if field.affinity == Affinity::Numeric && self.rows < TAUGHT { TEXT } else { 0 };
        class & (usual | bytes | untaught | field.seen) != 0
    }

    /// Whether field 0 is another name of the rowid, which is stored as NULL.
    pub fn begins_with_alias(&self) -> bool {
        self.fields.first().is_some_and(|field| field.alias)
    }

    /// Whether serial types have the form of this table.
    pub fn fits(&self, serials: &[u64], reach: Reach) -> bool {
        (self.fewest(reach)..=self.most).contains(&serials.len())
            && serials.iter().enumerate().all(|(index, serial)| self.allows(index, *serial, reach))
            && self.fields.iter().skip(serials.len()).all(|field| field.addable || !field.not_null || self.rows > 0)
            && (reach == Reach::Usual || self.bits(serials, reach) >= PROOF)
    }

    /// Whether the values after the header are such as SQLite writes, and enough of them to tell a record by.
    pub fn believes(&self, serials: &[u64], body: &[u8], judge: Judge) -> bool {
        self.judge(serials, body, judge, false)
    }

    /// The same of the first bytes of the values, where the others lie elsewhere.
    pub fn believes_start(&self, serials: &[u64], body: &[u8], judge: Judge) -> bool {
        self.judge(serials, body, judge, true)
    }

    /// Whether the form alone says that this is a record: where rows hold blobs, their bytes lie about, and now and then some
    /// have the form of a short record. Bits that had to be as they are are counted.
    pub fn proves(&self, serials: &[u64]) -> bool {
        let blobs =
            self.fields.iter().any(|field| field.seen & BLOB != 0) || serials.iter().any(|one| class(*one) == BLOB);
        !blobs || self.bits(serials, Reach::Usual) >= PROOF
    }

    /// Bits that had to be as they are for this to be a record. Zeros lie about wherever bytes do, so that values which are not there prove
    /// nothing of a record that is not of the usual form.
    fn bits(&self, serials: &[u64], reach: Reach) -> u64 {
        let spent = serials.iter().zip(&self.fields).map(|(serial, field)| match class(*serial) {
            NULL if reach == Reach::Wide => 0,
            NULL => 6 + 2 * u64::from(field.alias),
            INT => 4 + serial_len(*serial).unwrap_or(0),
            REAL => 8,
            TEXT => 1 + serial_len(*serial).unwrap_or(0),
            _ => 1,
        });
        spent.fold(LENGTHS, u64::saturating_add)
    }

    fn judge(&self, serials: &[u64], body: &[u8], judge: Judge, start: bool) -> bool {
        let (mut at, mut filled, mut letters) = (0usize, 0usize, 0usize);
        for serial in serials {
            let Some(len) = serial_len(*serial).and_then(|len| usize::try_from(len).ok()) else { return false };
            let class = class(*serial);
            let Some(bytes) = at.checked_add(len).and_then(|end| body.get(at..end)) else {
                let rest = body.get(at..).unwrap_or_default();
                if !start || (class == TEXT && !readable(&self.encoding.start(rest), judge)) {
                    return false;
                }
                // A value of which a part is left is one: in a table of two columns it is the only one.
                filled += usize::from(!rest.is_empty());
                letters = letters.saturating_add(rest.len());
                break;
            };
            at = at.saturating_add(len);
            match class {
                NULL => continue,
                INT if !shortest(*serial, bytes) => return false,
                REAL if !plausible(f64::from_bits(signed(bytes).cast_unsigned()), judge) => return false,
                TEXT => {
                    if !readable(&self.encoding.decode(bytes), judge) {
                        return false;
                    }
                    letters = letters.saturating_add(bytes.len());
                }
                BLOB => letters = letters.saturating_add(bytes.len()),
                _ => {}
            }
            filled += 1;
        }
        match judge {
            Judge::Listed | Judge::Row => filled >= 1,
            Judge::Form => tells(filled, letters),
        }
    }
}

/// Whether this many values, and bytes of texts among them, are enough to tell a record by.
fn tells(filled: usize, letters: usize) -> bool {
    (letters >= 2 && filled >= 2) || letters >= 4 || filled >= 4
}

/// Whether a decoded text is one that people write. Bytes laid over a text bear zeros and other control characters,
/// people's texts do not.
fn readable((text, replaced): &(Cow<'_, str>, bool), judge: Judge) -> bool {
    !replaced && (judge == Judge::Listed || !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')))
}

/// Whether a real may be one that an app stores. Nearly all random bytes make numbers that nothing counts or measures.
fn plausible(value: f64, judge: Judge) -> bool {
    value.is_finite() && (judge == Judge::Listed || value == 0.0 || (1e-30..1e30).contains(&value.abs()))
}

/// Whether an integer is stored in the fewest bytes (file format, section 2.1; SQLite always does so).
fn shortest(serial: u64, bytes: &[u8]) -> bool {
    let value = signed(bytes);
    let below = |bits: u32| value >= -(1i64 << (bits - 1)) && value < (1i64 << (bits - 1));
    match serial {
        2 => !below(8),
        3 => !below(16),
        4 => !below(24),
        5 => !below(32),
        6 => !below(48),
        _ => true,
    }
}

/// Reads the header of a record at `at`: its serial types. Gives its length and the bytes of its values.
pub(super) fn header(bytes: &[u8], at: usize, serials: &mut Vec<u64>) -> Option<(usize, u64)> {
    let (length, mut next) = varint(bytes, at)?;
    let length = usize::try_from(length).ok()?;
    let end = at.checked_add(length).filter(|end| *end <= bytes.len() && length >= 2)?;
    serials.clear();
    let mut body = 0u64;
    while next < end {
        let (serial, after) = varint(bytes, next)?;
        body = body.checked_add(serial_len(serial)?)?;
        serials.push(serial);
        next = after;
    }
    (next == end).then_some((length, body))
}

/// Whether a record is a row of the schema: five fields, of which the first says what is declared.
pub(super) fn declares(local: &[u8]) -> bool {
    let mut serials = Vec::new();
    let Some((length, _)) = header(local, 0, &mut serials).filter(|_| serials.len() == 5) else { return false };
    let first = serials.first().filter(|serial| class(**serial) == TEXT).and_then(|serial| serial_len(*serial));
    let Some(end) = first.and_then(|len| length.checked_add(usize::try_from(len).ok()?)) else { return false };
    // In UTF-16 a zero stands beside each letter.
    let what: Vec<u8> = local.get(length..end).unwrap_or_default().iter().copied().filter(|byte| *byte != 0).collect();
    [&b"table"[..], b"index", b"view", b"trigger"].contains(&what.as_slice())
}
