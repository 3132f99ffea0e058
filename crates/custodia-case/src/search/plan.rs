//! Turns what a person typed into a plan: which words must stand in a text, and how.
//!
//! Nothing that is typed is a language that could fail: quotation marks and a star at the end of a word are all there
//! is.

use std::ops::Range;

use memchr::memmem::Finder;

use super::fold::{Fold, deceiving, fold, korean, skeleton};
use super::words::{BONES, Kind, PHONE, Word, Words, is_joint};

/// Most words in a row that the exact search narrows by; more would leave no fewer texts.
const LONGEST_ROW: usize = 64;

/// Most words that are looked up for a question, with all their spellings. A person types a few; a pasted page is a
/// question for the exact search.
const MOST_WORDS: usize = 1024;

/// Most rows of words that the spellings of a phrase are multiplied into.
const MOST_SPELLINGS: usize = 16;

/// What must stand in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing: every text will do.
    Anything,
    /// A word.
    Word(String),
    /// A word that begins so.
    Begins(String),
    /// A word that has this in it.
    Has(String),
    /// Words at these distances from the first; of the last one only the beginning, if so said.
    Row(Vec<(u32, String)>, bool),
    /// All of these.
    All(Vec<Need>),
    /// One of these at least.
    Any(Vec<Need>),
}

/// A question, ready to be asked.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    /// By words.
    Tolerant(Need),
    /// By bytes. The needs are what every such text has as well, each by itself, so that not every text must be looked
    /// at.
    Exact(Box<Finder<'static>>, Vec<Need>),
}

impl Plan {
    /// The plan of a tolerant question. With `typing`, of the last word only the beginning is known.
    pub fn tolerant(text: &str, typing: bool) -> Result<Plan, String> {
        let typing = typing && !text.ends_with(char::is_whitespace);
        let mut needs = Vec::new();
        for (part, quoted, last) in parts(text) {
            if quoted {
                needs.extend(unit(part, last && typing));
            } else {
                unquoted(part, last && typing, &mut needs);
            }
        }
        if needs.iter().map(Need::words).sum::<usize>() > MOST_WORDS {
            return Err("the question has too many words; take fewer, or search for it exactly".to_owned());
        }
        if needs.is_empty() && !text.trim().is_empty() {
            // Signs alone, which no word has: what is typed is what is meant.
            return Ok(Plan::exact(text.trim()));
        }
        Ok(Plan::Tolerant(all(needs)))
    }

    /// The plan of an exact question. Words inside of it are words of the text; the first may be the end of a longer
    /// word, the last the beginning of one.
    pub fn exact(text: &str) -> Plan {
        let mut words = Words::default();
        words.read(text);
        let list: Vec<Word> = words.list.iter().filter(|word| word.kind != Kind::Beside).copied().collect();
        let mut needs = Vec::new();
        let mut row: Vec<(u32, String)> = Vec::new();
        for (number, word) in list.iter().enumerate() {
            let letters = words.letters(word).to_owned();
            let opens = number == 0 && border(&text[..word.start as usize]);
            let closes = number + 1 == list.len() && border(&text[word.end as usize..]);
            match word.kind {
                Kind::Letters if opens => needs.push(Need::Has(letters)),
                Kind::Letters if closes => needs.push(Need::Begins(letters)),
                Kind::Last if closes => {}
                _ => row.push((word.position, letters)),
            }
        }
        row.truncate(LONGEST_ROW);
        needs.extend(in_a_row(row, false));
        if words.cut {
            // A long run of letters is cut from where it begins, and that may be outside of the question.
            needs.clear();
        }
        Plan::Exact(Box::new(Finder::new(text).into_owned()), needs)
    }

    /// Whether a text is an answer; where it is one, the places that made it one are added to `marks`, sorted and
    /// apart.
    pub fn holds(&self, text: &str, words: &mut Words, marks: &mut Vec<Range<usize>>) -> bool {
        let need = match self {
            Plan::Tolerant(need) => need,
            Plan::Exact(finder, _) => {
                let length = finder.needle().len();
                marks.extend(finder.find_iter(text.as_bytes()).map(|at| at..at + length));
                return !marks.is_empty();
            }
        };
        words.read(text);
        let holds = need.holds(words, marks);
        marks.sort_by_key(|mark| (mark.start, mark.end));
        marks.dedup_by(|next, mark| {
            let touches = next.start <= mark.end;
            if touches {
                mark.end = mark.end.max(next.end);
            }
            touches
        });
        holds
    }
}

impl Need {
    /// Whether the words that a text has cannot tell, so that it must be looked at: in a row that ends with the
    /// beginning of a word.
    pub fn looks(&self) -> bool {
        match self {
            Need::Row(_, part) => *part,
            Need::All(needs) | Need::Any(needs) => needs.iter().any(Need::looks),
            _ => false,
        }
    }

    /// Whether words must stand in a row, which takes long to tell.
    pub fn rows(&self) -> bool {
        match self {
            Need::Row(..) => true,
            Need::All(needs) | Need::Any(needs) => needs.iter().any(Need::rows),
            _ => false,
        }
    }

    /// Number of words that are looked up.
    fn words(&self) -> usize {
        match self {
            Need::Anything => 0,
            Need::Row(row, _) => row.len(),
            Need::All(needs) | Need::Any(needs) => needs.iter().map(Need::words).sum(),
            _ => 1,
        }
    }

    /// Whether these words have what is needed; the places that do are added to `marks`.
    fn holds(&self, words: &Words, marks: &mut Vec<Range<usize>>) -> bool {
        let before = marks.len();
        let mut each = |fits: &dyn Fn(&str) -> bool, first: bool| {
            for word in words.list.iter().filter(|word| fits(words.letters(word))) {
                let end = if first && word.kind == Kind::Pair { word.first } else { word.end };
                marks.push(word.start as usize..end as usize);
            }
        };
        match self {
            Need::Anything => return true,
            Need::Word(letters) => each(&|word| word == letters, false),
            Need::Begins(letters) => each(&|word| word.starts_with(letters), letters.chars().count() == 1),
            Need::Has(letters) => each(&|word| word.contains(letters), false),
            Need::Row(row, part) => {
                for number in 0..words.list.len() {
                    row_at(words, number, row, *part, marks);
                }
            }
            Need::All(needs) => {
                let held = needs.iter().filter(|need| need.holds(words, marks)).count();
                if held < needs.len() {
                    marks.truncate(before);
                }
                return held == needs.len();
            }
            Need::Any(needs) => return needs.iter().filter(|need| need.holds(words, marks)).count() > 0,
        }
        marks.len() > before
    }
}

/// Whether a row begins with a word; its places are added to `marks`.
fn row_at(words: &Words, number: usize, row: &[(u32, String)], part: bool, marks: &mut Vec<Range<usize>>) {
    let before = marks.len();
    let Some(origin) = row.first().and_then(|(distance, _)| words.list[number].position.checked_sub(*distance)) else {
        return;
    };
    for (place, (distance, letters)) in row.iter().enumerate() {
        let begins = part && place + 1 == row.len();
        let at = words.list[number..].iter().take_while(|word| word.position <= origin + distance);
        let mut at = at.filter(|word| word.position == origin + distance);
        let found = at.find(|word| match begins {
            true => words.letters(word).starts_with(letters),
            false => words.letters(word) == letters,
        });
        let Some(word) = found else {
            return marks.truncate(before);
        };
        let end = if begins && word.kind == Kind::Pair { word.first } else { word.end };
        marks.push(word.start as usize..end as usize);
    }
}

/// What stands in quotation marks and what stands between, each with whether it is quoted and whether it is the last.
fn parts(text: &str) -> Vec<(&str, bool, bool)> {
    let parts: Vec<&str> = text.split(['"', '“', '”', '„', '«', '»']).collect();
    let last = parts.len() - 1;
    parts.into_iter().enumerate().map(|(number, part)| (part, number % 2 == 1, number == last)).collect()
}

/// The needs of words that stand without quotation marks.
fn unquoted(part: &str, typing: bool, needs: &mut Vec<Need>) {
    let words: Vec<&str> = part.split_whitespace().collect();
    let mut at = 0;
    while at < words.len() {
        let groups = words[at..].iter().take_while(|word| word.chars().all(|c| c.is_numeric() || is_joint(c))).count();
        let last = at + groups.max(1) == words.len();
        if groups > 1 {
            // Groups of one telephone number, or numbers that have nothing to do with each other.
            let apart = words[at..at + groups].iter().enumerate();
            let apart = apart.filter_map(|(number, word)| unit(word, typing && last && number + 1 == groups));
            let joined = words[at..at + groups].concat();
            let long = joined.chars().filter(|c| c.is_numeric()).count() >= PHONE.start;
            let joined = if long { unit(&joined, typing && last) } else { None };
            needs.push(any([joined, Some(all(apart.collect()))]));
            at += groups;
        } else {
            needs.extend(unit(words[at], typing && last));
            at += 1;
        }
    }
    needs.retain(|need| *need != Need::Anything);
}

/// The need of what belongs together: a word without blanks, or what stood in quotation marks.
fn unit(text: &str, typing: bool) -> Option<Need> {
    let starred = text.trim_end().trim_end_matches('*');
    let begins = typing || starred.len() < text.trim_end().len();
    let mut words = Words::default();
    words.read(starred);
    let list: Vec<Word> = words.list.iter().filter(|word| word.kind != Kind::Beside).copied().collect();
    let last = list.last()?;
    let mut begins = begins && last.kind == Kind::Letters && last.end as usize == starred.trim_end().len();
    // Korean words take endings without a blank, so a word as it is typed is a beginning.
    begins |= starred[last.start as usize..last.end as usize].chars().any(korean);
    let mut rows: Vec<Vec<(u32, String)>> = vec![Vec::new()];
    for (number, word) in list.iter().enumerate() {
        if word.kind == Kind::Last && number + 1 == list.len() {
            match number {
                // The text may go on where the question ends.
                0 => begins = true,
                _ if list[number - 1].kind == Kind::Pair => break,
                _ => begins = true,
            }
        }
        let forms = spellings(&words, word, starred, begins && number + 1 == list.len());
        let many = rows.len() * forms.len() <= MOST_SPELLINGS;
        let forms = if many { &forms[..] } else { &forms[..1] };
        rows = rows
            .iter()
            .flat_map(|row| forms.iter().map(|form| [&row[..], &[(word.position, form.clone())]].concat()))
            .collect();
    }
    let number: String = list.iter().map(|word| words.letters(word)).collect();
    let mut needs: Vec<Option<Need>> = rows.into_iter().map(|row| in_a_row(row, begins)).collect();
    if number.len() >= PHONE.start && number.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number in groups is found joined; one with the zeros of a long-distance call without them.
        let short = number.trim_start_matches('0').to_owned();
        let short = (short.len() >= PHONE.start && short != number).then_some(short);
        let joined = (list.len() > 1).then_some(number);
        let numbers = joined.into_iter().chain(short);
        needs.extend(numbers.map(|number| Some(if begins { Need::Begins(number) } else { Need::Word(number) })));
    }
    Some(any(needs))
}

/// The forms in which a word of the question may stand in a text, as it was typed first.
fn spellings(words: &Words, word: &Word, text: &str, begins: bool) -> Vec<String> {
    let typed = words.letters(word);
    let mut forms = vec![typed.to_owned()];
    let origin = &text[word.start as usize..word.end as usize];
    if word.kind != Kind::Letters || typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return forms;
    }
    // What the letters look like; but not the consonants, which many other words have.
    let beside = words.list.iter().filter(|other| other.kind == Kind::Beside && other.start == word.start);
    let beside = beside.filter(|other| other.end == word.end).map(|other| words.letters(other));
    forms.extend(beside.filter(|letters| !letters.starts_with(BONES)).map(str::to_owned));
    if typed.len() >= 4 && typed.bytes().all(|byte| byte.is_ascii_lowercase()) {
        if origin.is_ascii() {
            forms.extend(from_latin(typed));
            let bones = skeleton(typed);
            if bones.len() >= 2 + usize::from(begins) {
                forms.push(format!("{BONES}{bones}"));
            }
        } else if origin.chars().any(deceiving) {
            forms.extend(to_latin(typed));
        }
    }
    let mut distinct = Vec::new();
    for form in forms {
        if !distinct.contains(&form) {
            distinct.push(form);
        }
    }
    distinct
}

/// Whether a letter is a vowel.
fn vowel(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'a' | b'e' | b'i' | b'o' | b'u'))
}

/// How a word typed in Latin letters is transliterated from Cyrillic: `sergey` is `sergei`, `tatiana` is `tatyana`,
/// `dmitry` is `dmitrii`.
fn from_latin(typed: &str) -> Vec<String> {
    let bytes = typed.as_bytes();
    let (mut soft, mut sound) = (String::new(), String::new());
    for (at, &byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(at + 1);
        let short = byte == b'y' && !vowel(after);
        match byte {
            b'y' if short && vowel(before) => soft.push('i'),
            b'y' if short && after.is_none() => soft.push_str("ii"),
            b'j' if after.is_none() => soft.push('i'),
            _ => soft.push(char::from(byte)),
        }
        match byte {
            b'i' | b'j' if vowel(after) && (byte == b'j' || !vowel(before)) => sound.push('y'),
            _ => sound.push(char::from(byte)),
        }
    }
    vec![soft, sound]
}

/// How a word that was transliterated from Cyrillic is spelled by others: `sergei` is `sergey`, `tatyana` is `tatiana`,
/// `dmitrii` is `dmitry` and `dmitriy`.
fn to_latin(typed: &str) -> Vec<String> {
    let bytes = typed.as_bytes();
    let mut short = String::new();
    for (at, &byte) in bytes.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let short_i = byte == b'i' && vowel(before) && !vowel(bytes.get(at + 1));
        short.push(if short_i { 'y' } else { char::from(byte) });
    }
    let mut forms = vec![short];
    if let Some(stem) = typed.strip_suffix("ii") {
        forms.push(format!("{stem}y"));
    }
    for (sound, others) in [("ya", ["ia", "ja"]), ("yu", ["iu", "ju"])] {
        forms.extend(others.iter().filter(|_| typed.contains(sound)).map(|other| typed.replace(sound, other)));
    }
    forms
}

/// Whether nothing but invisible or word characters stands between a word and the border of a question, so that the
/// word may go on beyond it.
fn border(between: &str) -> bool {
    let mut gap = false;
    for c in between.chars() {
        match c.is_ascii() {
            true => gap = true,
            false => fold(c, |piece| gap |= piece != Fold::Nothing),
        }
    }
    !gap
}

/// A row of words, or the word if it is one.
fn in_a_row(mut row: Vec<(u32, String)>, begins: bool) -> Option<Need> {
    match row.len() {
        0 => None,
        1 => row.pop().map(|(_, word)| if begins { Need::Begins(word) } else { Need::Word(word) }),
        _ => Some(Need::Row(row, begins)),
    }
}

/// All of these.
fn all(mut needs: Vec<Need>) -> Need {
    match needs.len() {
        0 => Need::Anything,
        1 => needs.remove(0),
        _ => Need::All(needs),
    }
}

/// One of these.
fn any(needs: impl IntoIterator<Item = Option<Need>>) -> Need {
    let mut needs: Vec<Need> = needs.into_iter().flatten().collect();
    match needs.len() {
        0 => Need::Anything,
        1 => needs.remove(0),
        _ => Need::Any(needs),
    }
}
