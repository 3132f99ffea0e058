//! `ZWAMEDIAITEM.ZMETADATA` and `ZWAMESSAGEINFO.ZRECEIPTINFO`, in the form of Protocol Buffers. Source of the field numbers: public
//! readers.

/// A message of Protocol Buffers that grows.
#[derive(Default)]
pub struct Blob(Vec<u8>);

impl Blob {
    /// Adds a field of bytes.
    pub fn bytes(mut self, field: u64, bytes: &[u8]) -> Blob {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
        self
    }

    /// Adds a field of text.
    pub fn text(self, field: u64, text: &str) -> Blob {
        self.bytes(field, text.as_bytes())
    }

    /// Adds a field with another message.
    pub fn message(self, field: u64, message: Blob) -> Blob {
        self.bytes(field, &message.0)
    }

    /// Adds a number.
    pub fn number(mut self, field: u64, number: u64) -> Blob {
        self.varint(field << 3);
        self.varint(number);
        self
    }

    /// What was added, or nothing where nothing was.
    pub fn stored(self) -> Option<Vec<u8>> {
        (!self.0.is_empty()).then_some(self.0)
    }

    fn varint(&mut self, mut number: u64) {
        while number > 127 {
            self.0.push(number as u8 | 128);
            number >>= 7;
        }
        self.0.push(number as u8);
    }
}
