//! What the parser of a database told of it, so that its other tables and its free bytes do not tell it again.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};

use ahash::RandomState;
use custodia_model::account::{GROUP_SERVER, LID_SERVER, PHONE_SERVER};
use custodia_model::tables::Value;
use custodia_model::{Row, Text};

use super::super::leads::Kind;

/// Values that are remembered, as numbers of 8 bytes. What is beyond them may be told twice.
const MOST: usize = 1 << 20;

/// Texts that are known by where they stand.
const KEPT: usize = 1 << 17;

/// Kinds and values, whatever the case of their letters: an index of texts writes them small.
#[derive(Default)]
pub struct Told {
    values: HashSet<u64>,
    /// Where the letters of the texts stand that were looked at, and the texts, so that no other comes to stand there.
    places: HashSet<usize, RandomState>,
    kept: Vec<Text>,
}

impl Told {
    /// Takes note of what a row says: a trace, or the addresses and numbers in its cells.
    pub fn take(&mut self, row: &Row) {
        match row {
            Row::Trace(trace) => self.value(&trace.trace_kind, &trace.value),
            // There are many messages of few persons.
            Row::Message(message) => {
                self.often(&message.chat);
                if let Some(sender) = &message.sender {
                    self.often(sender);
                }
            }
            // The message that it hangs on names them.
            Row::Attachment(_) => {}
            row => row.cells(|cell| {
                if let Value::Text(text) = cell {
                    self.address(text);
                }
            }),
        }
    }

    /// Whether a value was told.
    pub fn knows(&self, kind: &str, value: &str) -> bool {
        self.values.contains(&number(kind, value))
    }

    fn value(&mut self, kind: &str, value: &str) {
        if self.values.len() < MOST {
            self.values.insert(number(kind, value));
        }
    }

    fn often(&mut self, address: &Text) {
        let place = address.as_ptr().addr();
        if self.places.contains(&place) {
            return;
        }
        if self.kept.len() < KEPT {
            self.places.insert(place);
            self.kept.push(address.clone());
        }
        self.address(address);
    }

    fn address(&mut self, text: &str) {
        let kind = match text.rsplit_once('@') {
            Some((_, PHONE_SERVER | LID_SERVER)) => Kind::Account,
            Some((_, GROUP_SERVER)) => Kind::GroupAddress,
            None if text.starts_with('+') => Kind::Phone,
            _ => return,
        };
        self.value(kind.as_str(), text);
    }
}

fn number(kind: &str, value: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(kind.as_bytes());
    hasher.write(value.to_ascii_lowercase().as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use custodia_model::tables::{Account, Message, Trace};

    use super::*;

    #[test]
    fn what_rows_say_is_known() {
        let mut told = Told::default();
        let link = Trace { trace_kind: "invite link".into(), value: "AbC".into(), ..Trace::default() };
        told.take(&link.into());
        let account =
            Account { account: "1@s.whatsapp.net".into(), phone: Some("+34600000001".into()), ..Account::default() };
        told.take(&account.into());
        let message = Message { chat: "2-3@g.us".into(), sender: Some("4@lid".into()), ..Message::default() };
        told.take(&message.into());
        for (kind, value) in [
            ("invite link", "abc"),
            ("account", "1@s.whatsapp.net"),
            ("phone number", "+34600000001"),
            ("group address", "2-3@g.us"),
            ("account", "4@lid"),
        ] {
            assert!(told.knows(kind, value), "{value}");
        }
        assert!(!told.knows("url", "abc") && !told.knows("account", "5@lid"));
    }
}
