//! What one character counts as in a search: its letters without accent, case and script.
//!
//! Every character is folded by itself, whatever stands beside it. So a text that contains a question contains the
//! folded question in its folded form, and the exact search can narrow by folded words without losing a text.

use any_ascii::any_ascii_char;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

/// What a character, or a piece of its decomposition, counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// Nothing: an accent, an invisible mark, a letter without a sound. It does not end a word.
    Nothing,
    /// It ends a word.
    Gap,
    /// A letter or digit of a word: what is alphanumeric in these ASCII characters, in lower case.
    Ascii(&'static str),
    /// A letter that stays itself: its script is written without vowels, or it has no transliteration.
    Itself(char),
    /// A character of a script that is written without blanks.
    Dense(char),
    /// A picture: a word of its own.
    Picture(char),
}

/// Hands what a character beyond ASCII counts as to `take`, in one piece or several.
pub(super) fn fold(c: char, mut take: impl FnMut(Fold)) {
    if invisible(c) {
        take(Fold::Nothing);
    } else if c.is_alphanumeric() || is_combining_mark(c) {
        decompose_compatible(c, |piece| take(letter(piece)));
    } else {
        take(match u32::from(c) {
            0x2190..=0x2BFF | 0x1F000..=0x1FAFF => Fold::Picture(c),
            _ => Fold::Gap,
        });
    }
}

/// Folds a letter, digit or mark that decomposes no further.
fn letter(c: char) -> Fold {
    if accent(c) {
        return Fold::Nothing;
    }
    if dense(c) {
        // One sound, two scripts: Katakana counts as Hiragana.
        return Fold::Dense(match u32::from(c) {
            code @ 0x30A1..=0x30F6 => char::from_u32(code - 0x60).unwrap_or(c),
            _ => c,
        });
    }
    if abjad(c) && !c.is_numeric() {
        return match c {
            'ـ' => Fold::Nothing,
            'ٱ' => Fold::Itself('ا'),
            'ة' | 'ە' | 'ہ' => Fold::Itself('ه'),
            'ى' | 'ی' | 'ې' => Fold::Itself('ي'),
            'ک' => Fold::Itself('ك'),
            _ => Fold::Itself(c),
        };
    }
    let ascii = any_ascii_char(c);
    if ascii.bytes().any(|byte| byte.is_ascii_alphanumeric()) {
        return Fold::Ascii(ascii);
    }
    match u32::from(c) {
        // Jamo without a sound.
        0x1100..=0x11FF => Fold::Nothing,
        // Signs that soften a letter or silence its vowel.
        _ if !ascii.is_empty() || is_combining_mark(c) => Fold::Nothing,
        _ if c.is_alphanumeric() => Fold::Itself(c.to_lowercase().next().unwrap_or(c)),
        // Decompositions have signs in them: the stroke of a fraction.
        _ => Fold::Gap,
    }
}

/// Characters that show nothing: they steer direction, joining and the choice of a picture's form.
pub(super) fn invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0x1F3FB..=0x1F3FF | 0xE0000..=0xE0FFF)
}

/// Marks that a writer may leave out: accents, the vowels of scripts without them, tones. Vowel signs of other scripts
/// are letters and are no accents.
fn accent(c: char) -> bool {
    matches!(u32::from(c),
        0x300..=0x36F | 0x483..=0x489 | 0x591..=0x5BD | 0x5BF | 0x5C1 | 0x5C2 | 0x5C4 | 0x5C5 | 0x5C7
        | 0x610..=0x61A | 0x64B..=0x65F | 0x670 | 0x6D6..=0x6DC | 0x6DF..=0x6E4 | 0x6E7 | 0x6E8 | 0x6EA..=0x6ED
        | 0x711 | 0x730..=0x74A | 0x8D3..=0x8FF | 0xE47..=0xE4E | 0xEC8..=0xECE | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF
        | 0x20D0..=0x20FF | 0x302A..=0x302F | 0x3099..=0x309C | 0xFE20..=0xFE2F)
}

/// Scripts that are written without vowels. Transliterated they are a row of consonants that nobody types, so their
/// letters stay and [`skeleton`] ties the two scripts.
pub(super) fn abjad(c: char) -> bool {
    matches!(u32::from(c), 0x5BE..=0x77F | 0x8A0..=0x8FF)
}

/// Scripts that are written without blanks: Thai, Lao, Burmese, Khmer, Chinese and Japanese.
fn dense(c: char) -> bool {
    matches!(u32::from(c),
        0xE00..=0xE4F | 0xE80..=0xECF | 0xEDC..=0xEFF | 0x1000..=0x103F | 0x104C..=0x108F | 0x109A..=0x109F
        | 0x1780..=0x17DF | 0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3021..=0x3029 | 0x3041..=0x312F | 0x31A0..=0x31FF
        | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x1B000..=0x1B16F | 0x20000..=0x3FFFF)
}

/// Whether a character is of the Korean script, whose words take endings without a blank.
pub(super) fn korean(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x11FF | 0x3131..=0x318E | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xFFA1..=0xFFDC)
}

/// The Latin letter that a Cyrillic or Greek letter looks like.
pub(super) fn twin(c: char) -> Option<char> {
    const CYRILLIC_AND_GREEK: &str = "аеорсухіѕјһԁԛԝӏкАВЕЅІЈКМНОРСТУХԚԜαονρικυχγτωηεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ";
    const LATIN: &str = "aeopcyxisjhdqwlkabesijkmhopctyxqwaovpikuxytwneabezhikmnoptyx";
    CYRILLIC_AND_GREEK.chars().zip(LATIN.chars()).find_map(|(foreign, latin)| (foreign == c).then_some(latin))
}

/// Whether a character is of a script with letters that look like Latin ones.
pub(super) fn deceiving(c: char) -> bool {
    matches!(u32::from(c), 0x370..=0x52F)
}

/// The consonants of a word in Latin letters, in which a name is spelled alike however its vowels are: `muhammad` and
/// `mohamed` are `mhmd`. Given is what is alphanumeric, in lower case; what comes out may be empty.
pub(super) fn skeleton(letters: &str) -> String {
    let mut bones = String::new();
    let mut before = ' ';
    for c in letters.chars() {
        let bone = match c {
            'a' | 'e' | 'i' | 'o' | 'u' | 'v' | 'w' | 'y' => continue,
            'h' if matches!(before, 's' | 't' | 'd') => continue,
            'q' => 'k',
            'g' => 'j',
            _ => c,
        };
        if bone != before {
            bones.push(bone);
        }
        before = bone;
    }
    if bones.ends_with('h') {
        bones.pop();
    }
    bones
}
