//! Words for codes.

use std::borrow::Cow;

use custodia_model::Text;

use super::by_id::ById;

/// Fixed words for codes, each made once and shared by all rows.
pub struct Words {
    make: fn(i64) -> Cow<'static, str>,
    made: ById<Text>,
    count: usize,
}

/// More distinct codes than this are not remembered: no release has as many, a hostile file may.
const CODES: usize = 4096;

impl Words {
    /// Words that are made by `make`.
    pub fn new(make: fn(i64) -> Cow<'static, str>) -> Words {
        Words { make, made: ById::new(), count: 0 }
    }

    /// The word for a code.
    #[inline]
    pub fn of(&mut self, code: i64) -> Text {
        match self.made.get(code) {
            Some(word) => word.clone(),
            None => self.new_word(code),
        }
    }

    #[cold]
    fn new_word(&mut self, code: i64) -> Text {
        let word: Text = (self.make)(code).into();
        if self.count < CODES {
            self.count += 1;
            self.made.insert(code, word.clone());
        }
        word
    }
}
