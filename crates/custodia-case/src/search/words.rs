//! Cuts a text into the words that the index knows.
//!
//! A word is a run of letters and digits, folded. Scripts without blanks give one word for each character: it and the
//! one after it, so that any part of such a text is a row of words. Beside a word stand others at the same position:
//! what look-alike letters show, consonants of scripts without vowels, the sound of a short run without blanks, and
//! telephone numbers joined from their groups.

use std::ops::Range;

use any_ascii::{any_ascii, any_ascii_char};

use super::fold::{self, Fold, abjad, deceiving, fold, invisible, twin};

/// Longest word in the index, in bytes; a longer run of letters is cut into words that follow each other.
const LONGEST: usize = 120;

/// A word that every text with a cut word has, so that what stands across a cut is found.
pub(super) const CUT: &str = "\u{1}";

/// Stands before the consonants of a word of a script without vowels, so that no Latin word is taken for one.
pub(super) const BONES: char = '\u{2}';

/// Lengths of a telephone number, in digits.
pub(super) const PHONE: Range<usize> = 7..16;

/// What a word is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A run of letters and digits, or a piece of a long one.
    Letters,
    /// A character of a script without blanks and the one after it.
    Pair,
    /// The last character of a run without blanks.
    Last,
    /// A picture.
    Picture,
    /// Another form of what stands at the same position.
    Beside,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    /// What it is made of.
    pub kind: Kind,
    /// Its number in the text: words that follow each other have numbers that follow each other.
    pub position: u32,
    /// Where its first byte stands in the text.
    pub start: u32,
    /// Where it ends in the text.
    pub end: u32,
    /// Where its first character ends in the text; as `end`, but for pairs.
    pub first: u32,
    letters: (u32, u32),
}

/// The words of one text. One value serves many texts, so that nothing is allocated for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    /// In the order of the text; positions never fall.
    pub list: Vec<Word>,
    letters: String,
    position: u32,
    open: Open,
    twin: String,
    run: Option<Run>,
    digits: Digits,
    /// Whether a run of letters was cut.
    pub cut: bool,
}

/// The word being read.
#[derive(Clone, Debug, Default)]
struct Open {
    from: usize,
    start: usize,
    end: usize,
    plain: bool,
    latin: bool,
    deceiving: bool,
    abjad: bool,
    other: bool,
    honest: bool,
}

/// The run without blanks being read: where it starts, and its last character with its place.
#[derive(Clone, Debug)]
struct Run {
    start: usize,
    length: usize,
    last: char,
    at: usize,
    end: usize,
}

/// Groups of digits that may be one number.
#[derive(Clone, Debug, Default)]
struct Digits {
    joined: String,
    groups: usize,
    last: usize,
    start: usize,
    end: usize,
}

impl Words {
    /// Cuts a text, of at most 4 GiB.
    pub fn read(&mut self, text: &str) {
        self.list.clear();
        self.letters.clear();
        self.position = 0;
        self.cut = false;
        self.digits.groups = 0;
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if byte.is_ascii_alphanumeric() {
                self.end_run(text);
                self.open(at);
                self.letters.push(char::from(byte.to_ascii_lowercase()));
                if !self.open.plain {
                    self.twin.push(char::from(byte.to_ascii_lowercase()));
                }
                self.open.latin |= byte.is_ascii_alphabetic();
                at += 1;
                self.open.end = at;
                self.cut_long(text);
            } else if byte.is_ascii() {
                self.end_word(text);
                self.end_run(text);
                at += 1;
            } else {
                let Some(c) = text[at..].chars().next() else { break };
                let end = at + c.len_utf8();
                fold(c, |piece| self.take(text, c, piece, at..end));
                at = end;
            }
        }
        self.end_word(text);
        self.end_run(text);
        self.end_digits();
        if self.cut {
            self.push(Kind::Beside, CUT, self.position, 0..text.len());
        }
    }

    /// The letters of a word.
    pub fn letters(&self, word: &Word) -> &str {
        &self.letters[word.letters.0 as usize..word.letters.1 as usize]
    }

    /// Takes a piece of a character that is not ASCII.
    fn take(&mut self, text: &str, c: char, piece: Fold, place: Range<usize>) {
        match piece {
            Fold::Nothing => {
                // An accent belongs to the letter before it, and is marked with it.
                if self.open.end == place.start && self.is_open() && !invisible(c) {
                    self.open.end = place.end;
                } else if let Some(run) = self.run.as_mut().filter(|run| run.end == place.start) {
                    run.end = place.end;
                }
            }
            Fold::Gap => {
                self.end_word(text);
                self.end_run(text);
            }
            Fold::Picture(c) => {
                self.end_word(text);
                self.end_run(text);
                self.push(Kind::Picture, c.encode_utf8(&mut [0; 4]), self.position, place);
                self.position += 1;
            }
            Fold::Dense(c) => {
                self.end_word(text);
                let mut next = Run { start: place.start, length: 1, last: c, at: place.start, end: place.end };
                if let Some(run) = self.run.take() {
                    let mut pair = [0; 8];
                    let first = run.last.encode_utf8(&mut pair).len();
                    let second = c.encode_utf8(&mut pair[first..]).len();
                    let pair = std::str::from_utf8(&pair[..first + second]).unwrap_or_default();
                    self.push(Kind::Pair, pair, self.position, run.at..place.end);
                    if let Some(word) = self.list.last_mut() {
                        word.first = run.end as u32;
                    }
                    self.position += 1;
                    (next.start, next.length) = (run.start, run.length + 1);
                }
                self.run = Some(next);
            }
            Fold::Ascii(_) | Fold::Itself(_) => {
                self.end_run(text);
                self.open(place.start);
                if self.open.plain {
                    self.open.plain = false;
                    self.twin.clear();
                    self.twin.push_str(&self.letters[self.open.from..]);
                }
                let from = self.letters.len();
                match piece {
                    Fold::Ascii(ascii) => {
                        let kept = ascii.bytes().filter(u8::is_ascii_alphanumeric);
                        self.letters.extend(kept.map(|byte| char::from(byte.to_ascii_lowercase())));
                    }
                    Fold::Itself(c) => self.letters.push(c),
                    _ => {}
                }
                match twin(c) {
                    Some(latin) => self.twin.push(latin),
                    None => self.twin.push_str(&self.letters[from..]),
                }
                self.open.honest |= twin(c).is_none();
                self.open.latin |= !deceiving(c) && matches!(piece, Fold::Ascii(_)) && !c.is_numeric();
                self.open.deceiving |= deceiving(c);
                self.open.abjad |= abjad(c);
                self.open.other |= !abjad(c);
                self.open.end = place.end;
                self.cut_long(text);
            }
        }
    }

    /// Whether a word is being read.
    fn is_open(&self) -> bool {
        self.letters.len() > self.open.from
    }

    /// Begins a word, if none is being read.
    fn open(&mut self, start: usize) {
        if !self.is_open() {
            let from = self.letters.len();
            self.open = Open { from, start, end: start, plain: true, ..Open::default() };
        }
    }

    /// Cuts a word that is too long.
    fn cut_long(&mut self, text: &str) {
        if self.letters.len() - self.open.from >= LONGEST {
            self.cut = true;
            self.end_word(text);
        }
    }

    /// Ends the word being read.
    fn end_word(&mut self, text: &str) {
        if !self.is_open() {
            return;
        }
        let open = std::mem::take(&mut self.open);
        let (from, to) = (open.from, self.letters.len());
        let place = open.start..open.end;
        if self.letters[from..].bytes().all(|byte| byte.is_ascii_digit()) {
            self.take_digits(text, from..to, place.clone());
        } else {
            self.end_digits();
        }
        self.list.push(word(Kind::Letters, self.position, &place, from, to));
        if !open.plain {
            let deceives = open.deceiving && (open.latin || (!open.honest && self.twin.len() > 2));
            if deceives && self.twin != self.letters[from..to] {
                let twin = std::mem::take(&mut self.twin);
                self.push(Kind::Beside, &twin, self.position, place.clone());
                self.twin = twin;
            }
            if open.abjad && !open.other && !open.latin {
                let sound: String = self.letters[from..to].chars().map(any_ascii_char).collect();
                let sound: String = sound.chars().filter(char::is_ascii_alphanumeric).collect();
                let bones = format!("{BONES}{}", fold::skeleton(&sound.to_ascii_lowercase()));
                if bones.len() > 2 {
                    self.push(Kind::Beside, &bones, self.position, place);
                }
            }
        }
        self.position += 1;
        self.open.from = self.letters.len();
    }

    /// Ends the run without blanks being read.
    fn end_run(&mut self, text: &str) {
        let Some(run) = self.run.take() else { return };
        self.push(Kind::Last, run.last.encode_utf8(&mut [0; 4]), self.position, run.at..run.end);
        // A whole sentence as one sound would be a word that nobody asks for.
        if (2..=12).contains(&run.length) {
            let mut sound = any_ascii(&text[run.start..run.end]);
            sound.retain(|c| c.is_ascii_alphanumeric());
            sound.make_ascii_lowercase();
            if !sound.is_empty() {
                self.push(Kind::Beside, &sound, self.position, run.start..run.end);
            }
        }
        self.position += 1;
    }

    /// Takes a word of digits: it goes on with the number before it, or begins one.
    fn take_digits(&mut self, text: &str, letters: Range<usize>, place: Range<usize>) {
        let near = self.digits.groups > 0 && joins(&text[self.digits.end..place.start]);
        if !near {
            self.end_digits();
            self.digits.joined.clear();
            self.digits.start = place.start;
        }
        // What is far too long for a number need not be kept to know that.
        if self.digits.joined.len() <= PHONE.end {
            self.digits.last = self.digits.joined.len();
            self.digits.joined.push_str(&self.letters[letters]);
        }
        self.digits.groups += 1;
        self.digits.end = place.end;
    }

    /// Ends a number: joined, and without its first digits, because one writes the country's code and another does not.
    fn end_digits(&mut self) {
        let groups = std::mem::take(&mut self.digits.groups);
        let number = std::mem::take(&mut self.digits.joined);
        if groups > 0 && PHONE.contains(&number.len()) {
            // They stand at the last group's position, which no word has passed yet.
            let position = self.position.saturating_sub(1);
            let place = self.digits.start..self.digits.end;
            for cut in 0..=number.len() - PHONE.start {
                if cut != self.digits.last {
                    self.push(Kind::Beside, &number[cut..], position, place.clone());
                }
            }
        }
        self.digits.joined = number;
    }

    /// Adds a word whose letters are not those just read.
    fn push(&mut self, kind: Kind, letters: &str, position: u32, place: Range<usize>) {
        if kind != Kind::Beside {
            self.end_digits();
        }
        let from = self.letters.len();
        self.letters.push_str(letters);
        self.list.push(word(kind, position, &place, from, self.letters.len()));
        self.open.from = self.letters.len();
    }
}

/// A word at a place of the text.
fn word(kind: Kind, position: u32, place: &Range<usize>, from: usize, to: usize) -> Word {
    let (start, end) = (place.start as u32, place.end as u32);
    Word { kind, position, start, end, first: end, letters: (from as u32, to as u32) }
}

/// Whether what stands between two groups of digits may stand inside a telephone number.
pub(super) fn joins(between: &str) -> bool {
    between.chars().count() <= 3 && between.chars().all(is_joint)
}

/// Whether a character may stand between the digits of a telephone number.
pub(super) fn is_joint(c: char) -> bool {
    c == ' ' || matches!(c, '-' | '.' | '/' | '(' | ')' | '+' | '\u{A0}' | '\u{2010}'..='\u{2013}') || invisible(c)
}
