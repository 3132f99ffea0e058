//! What a system line says: its sentence compared with those of [`forms`](super::forms).

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use super::forms::LANGUAGES;
use super::names::is_mark;

/// Bytes of the longest sentence that is looked at. Two subjects and two names take a few hundred.
const LONGEST: usize = 2048;

/// A person in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// The person who exported the chat.
    Exporter,
    /// By name or number, as written.
    Named(Range<usize>),
}

/// What a line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Word for what happened.
    pub action: &'static str,
    /// Who acted.
    pub actor: Option<Who>,
    /// Whom it concerns, one or several.
    pub target: Option<Who>,
    /// Value before.
    pub old: Option<Range<usize>>,
    /// Value after.
    pub new: Option<Range<usize>>,
    /// Place of its language.
    pub language: usize,
}

/// What a text says, if it is a sentence of the app. The language at place `likely` is tried first. Ranges are of `text`.
pub fn read(text: &str, likely: usize) -> Option<Said> {
    if text.len() > LONGEST {
        return None;
    }
    let plain = Plain::of(text);
    let pairs = Pairs::default().and(&plain.text);
    let order = std::iter::once(likely).chain((0..LANGUAGES.len()).filter(|&place| place != likely));
    for language in order {
        let (Some((_, forms)), Some(needed)) = (LANGUAGES.get(language), NEEDED.get(language)) else { continue };
        let fits = |form| fits(form, &plain).filter(|said| !nobody(text, said));
        let near = forms.iter().zip(needed).filter(|(_, needed)| needed.are_within(&pairs));
        let found = near.map(|(form, _)| form).find_map(|(action, form)| fits(form).map(|said| (action, said)));
        if let Some((action, said)) = found {
            return Some(Said { action, language, ..said });
        }
    }
    None
}

/// Pairs of bytes that stand side by side, folded into 256 bits. A line has few of them and a form needs many, so that nearly every
/// form is turned away before its words are looked for.
#[derive(Clone, Copy, Default)]
struct Pairs([u64; 4]);

impl Pairs {
    /// These and those of a text.
    fn and(mut self, text: &str) -> Pairs {
        for (one, two) in text.bytes().zip(text.bytes().skip(1)) {
            let bit = one.wrapping_mul(31).wrapping_add(two);
            if let Some(word) = self.0.get_mut(usize::from(bit >> 6)) {
                *word |= 1 << (bit & 63);
            }
        }
        self
    }

    /// Whether the other has all of them.
    fn are_within(&self, other: &Pairs) -> bool {
        self.0.iter().zip(other.0).all(|(own, other)| own & !other == 0)
    }
}

/// The pairs in the words of each form of each language.
static NEEDED: LazyLock<Vec<Vec<Pairs>>> = LazyLock::new(|| {
    let of_form = |mut form: &str| {
        let mut pairs = Pairs::default();
        while let Some((piece, rest)) = piece(form) {
            if let Piece::Words(words) | Piece::Exporter(_, words) = piece {
                pairs = pairs.and(words);
            }
            form = rest;
        }
        pairs
    };
    LANGUAGES.iter().map(|(_, forms)| forms.iter().map(|(_, form)| of_form(form)).collect()).collect()
});

/// Words in place of a name by which the app means the person who exported the chat. In other languages its verbs say so.
const EXPORTER: &[&str] = &["You", "you", "Você", "você"];

/// Whether the app means the person who exported the chat by this name.
pub fn is_exporter(name: &str) -> bool {
    EXPORTER.contains(&name)
}

/// Whether who acts is nobody: Spanish says `se` where it leaves out who it was.
fn nobody(text: &str, said: &Said) -> bool {
    matches!(&said.actor, Some(Who::Named(range)) if text.get(range.clone()) == Some("Se"))
}

/// A text with one kind of blank, quotation mark and apostrophe, without marks of direction, and where each byte came from.
struct Plain {
    text: String,
    from: Vec<(usize, usize)>,
}

impl Plain {
    fn of(text: &str) -> Plain {
        let mut plain = Plain { text: String::with_capacity(text.len()), from: Vec::with_capacity(text.len()) };
        for (at, c) in text.char_indices().filter(|(_, c)| !is_mark(*c)) {
            let end = at + c.len_utf8();
            let c = match c {
                '\u{a0}' | '\u{202f}' | '\n' => ' ',
                '“' | '”' | '„' | '«' | '»' | '‟' => '"',
                '’' | '‘' => '\'',
                c => c,
            };
            plain.text.push(c);
            plain.from.resize(plain.text.len(), (at, end));
        }
        let kept = plain.text.trim_end().trim_end_matches('.').len();
        plain.text.truncate(kept);
        plain
    }

    /// Where a part of the plain text stands in the text itself, without blanks around it.
    fn place(&self, part: Range<usize>) -> Option<Range<usize>> {
        let piece = self.text.get(part.clone())?;
        let start = part.start + (piece.len() - piece.trim_start().len());
        let end = part.end - (piece.len() - piece.trim_end().len());
        if start >= end {
            return None;
        }
        Some(self.from.get(start)?.0..self.from.get(end - 1)?.1)
    }
}

/// A piece of a form.
enum Piece<'f> {
    Words(&'f str),
    Exporter(u8, &'f str),
    Hole(u8),
}

/// Takes the first piece off a form.
fn piece(form: &str) -> Option<(Piece<'_>, &str)> {
    let first = *form.as_bytes().first()?;
    match first {
        b'{' => {
            let (inner, rest) = form.get(1..)?.split_once('}')?;
            Some((Piece::Hole(*inner.as_bytes().first()?), rest))
        }
        b'[' => {
            let (inner, rest) = form.get(1..)?.split_once(']')?;
            let (role, words) = inner.split_once(':')?;
            Some((Piece::Exporter(*role.as_bytes().first()?, words), rest))
        }
        _ => {
            let end = form.find(['{', '[']).unwrap_or(form.len());
            Some((Piece::Words(form.get(..end)?), form.get(end..)?))
        }
    }
}

fn fits(mut form: &str, plain: &Plain) -> Option<Said> {
    let (mut at, mut open) = (0, None);
    let mut said = Said::default();
    // Words that follow one another are looked for as one: a name may hold the blank that begins them.
    let mut words = Cow::Borrowed("");
    loop {
        let next = piece(form);
        form = next.as_ref().map_or("", |(_, rest)| rest);
        let hole = match next {
            Some((Piece::Words(more), _)) => {
                words += more;
                continue;
            }
            Some((Piece::Exporter(role, more), _)) => {
                match role {
                    b'A' => said.actor = Some(Who::Exporter),
                    _ => said.target = Some(Who::Exporter),
                }
                words += more;
                continue;
            }
            Some((Piece::Hole(hole), _)) => Some(hole),
            None => None,
        };
        if !words.is_empty() {
            let left = plain.text.get(at..)?;
            let start = match open {
                None => left.starts_with(&*words).then_some(0)?,
                // The last words stand at the end.
                Some(_) if hole.is_none() => left.strip_suffix(&*words)?.len(),
                Some(_) => left.find(&*words)?,
            };
            if let Some(hole) = open.take() {
                fill(&mut said, hole, plain, at..at + start)?;
            }
            at += start + words.len();
            words = Cow::Borrowed("");
        }
        let Some(hole) = hole else { break };
        open = Some(hole);
    }
    match open {
        Some(hole) => fill(&mut said, hole, plain, at..plain.text.len())?,
        None if at < plain.text.len() => return None,
        None => {}
    }
    Some(said)
}

/// Puts what stands in a hole where it belongs; only `{*}` may be empty.
fn fill(said: &mut Said, hole: u8, plain: &Plain, part: Range<usize>) -> Option<()> {
    if hole == b'*' {
        return Some(());
    }
    let found = plain.place(part.clone())?;
    let who = |found| match plain.text.get(part).is_some_and(|name| is_exporter(name.trim())) {
        true => Who::Exporter,
        false => Who::Named(found),
    };
    match hole {
        b'A' => said.actor = Some(who(found)),
        b'B' => said.target = Some(who(found)),
        b'O' | b'M' => said.old = Some(found),
        _ => said.new = Some(found),
    }
    Some(())
}

/// Words that stand between the last two persons of a list, by language.
const AND: &[&str] = &[", and ", " and ", " y a ", " y ", " ed ", " e ", " und ", " et ", " & "];

/// What stands behind a number in place of further persons, by language.
const OTHERS: &[&str] = &[
    "other", "others", "otro", "otros", "otra", "otras", "outro", "outros", "outra", "outras", "altri", "altre",
    "weitere", "autre", "autres",
];

/// Whom German means by the person who exported the chat, where others stand beside.
const IN_LISTS: &[&str] = &["dich", "Dich", "du", "Du"];

/// Whether a name of a list in a sentence of this language is that of the person who exported the chat. Elsewhere `Du` is a name.
pub fn is_exporter_in_list(name: &str, language: usize) -> bool {
    let german = || LANGUAGES.get(language).is_some_and(|(language, _)| *language == "German");
    is_exporter(name) || (IN_LISTS.contains(&name) && german())
}

/// Whether it only says how many others there are.
fn is_count(name: &str) -> bool {
    let count =
        name.split_once(' ').filter(|(count, _)| !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()));
    count.is_some_and(|(_, word)| OTHERS.contains(&word))
}

/// The persons of a list.
pub fn listed(names: &str) -> Vec<&str> {
    let (rest, last) = match AND.iter().find_map(|and| names.rsplit_once(and)) {
        Some((rest, last)) => (rest, Some(last)),
        None => (names, None),
    };
    if last.is_none() && !rest.contains(", ") {
        return Some(names.trim()).filter(|name| !name.is_empty()).into_iter().collect();
    }
    rest.split(", ").chain(last).map(str::trim).filter(|name| !name.is_empty() && !is_count(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::forms::LANGUAGES;
    use super::*;

    fn of(text: &str) -> String {
        let Some(said) = read(text, 0) else { return "nothing".into() };
        let who = |who: &Option<Who>| match who {
            None => "-".to_owned(),
            Some(Who::Exporter) => "exporter".to_owned(),
            Some(Who::Named(range)) => text[range.clone()].to_owned(),
        };
        let value = |range: &Option<Range<usize>>| range.clone().map_or("-", |range| &text[range]).to_owned();
        [said.action.to_owned(), who(&said.actor), who(&said.target), value(&said.old), value(&said.new)].join("|")
    }

    #[test]
    fn sentences() {
        for (text, wanted) in [
            ("Ana created group \"Plan: B\"", "created|Ana|-|-|Plan: B"),
            ("\u{200e}You created group “X”.", "created|exporter|-|-|X"),
            ("Ana changed the subject from “X” to “Y”", "subject changed|Ana|-|X|Y"),
            ("Ana changed the group name from “X” to “Y”", "subject changed|Ana|-|X|Y"),
            ("You added Bo", "added|exporter|Bo|-|-"),
            ("Bo was added by Ana", "added|Ana|Bo|-|-"),
            ("You were added by Ana", "added|Ana|exporter|-|-"),
            ("Bo was removed by Ana", "removed|Ana|Bo|-|-"),
            ("Bo foi adicionado por Ana", "added|Ana|Bo|-|-"),
            ("Bo e Eva foram adicionados a este grupo", "added|-|Bo e Eva|-|-"),
            ("Bo e Eva sono stati aggiunti", "added|-|Bo e Eva|-|-"),
            ("Bo et Eva ont été retirés", "removed|-|Bo et Eva|-|-"),
            ("Bo a été ajoutée par Ana", "added|Ana|Bo|-|-"),
            ("Bo y Eva fueron añadidos", "added|-|Bo y Eva|-|-"),
            ("Bo wurde von Ana hinzugefügt", "added|Ana|Bo|-|-"),
            ("\u{202a}+1 555 010 0001\u{202c} added you", "added|+1 555 010 0001|exporter|-|-"),
            ("Ana joined using this group's invite link", "joined by link|Ana|-|-|-"),
            ("Ana joined using this group’s invite link", "joined by link|Ana|-|-|-"),
            ("Ana joined using your invite", "joined from invitation|Ana|-|-|-"),
            ("Ana left", "left|Ana|-|-|-"),
            ("You're now an admin", "promoted|-|exporter|-|-"),
            ("Ana changed to +1 555 010 0002", "number changed|Ana|-|-|+1 555 010 0002"),
            ("Ana añadió a Bo", "added|Ana|Bo|-|-"),
            ("Ana te añadió", "added|Ana|exporter|-|-"),
            ("Ana se unió usando el enlace de invitación de este grupo.", "joined by link|Ana|-|-|-"),
            ("Creaste el grupo \"X\"", "created|exporter|-|-|X"),
            ("Se añadió a Bo", "added|-|Bo|-|-"),
            ("Ana cambió el asunto de \"X\" a \"Y\"", "subject changed|Ana|-|X|Y"),
            ("Você saiu", "left|exporter|-|-|-"),
            ("Usuário adicionado: Bo", "added|-|Bo|-|-"),
            ("Foi adicionado a este grupo por Ana", "added|Ana|exporter|-|-"),
            ("O título do grupo foi alterado para \"X\" por Ana", "subject changed|Ana|-|-|X"),
            ("Ana ha aggiunto Bo", "added|Ana|Bo|-|-"),
            ("È stato aggiunto l’utente Bo", "added|-|Bo|-|-"),
            ("Ana ha cambiato l'oggetto da \"X\" a \"Y\"", "subject changed|Ana|-|X|Y"),
            ("Ana hat Bo hinzugefügt.", "added|Ana|Bo|-|-"),
            ("Ana hat die Gruppe „X“ erstellt", "created|Ana|-|-|X"),
            ("Ana hat den Betreff von „X“ zu „Y“ geändert", "subject changed|Ana|-|X|Y"),
            ("Ana ist dieser Gruppe mit dem Einladungslink beigetreten", "joined by link|Ana|-|-|-"),
            ("Ana a ajouté Bo", "added|Ana|Bo|-|-"),
            ("Ana a créé le groupe «\u{a0}X\u{a0}»", "created|Ana|-|-|X"),
            ("Ana est parti·e", "left|Ana|-|-|-"),
            ("Ana покинул(-а) группу", "left|Ana|-|-|-"),
            ("Ana присоединился, используя приглашение", "joined by link|Ana|-|-|-"),
            ("Ana присоединилась к группе, используя приглашение", "joined by link|Ana|-|-|-"),
            ("غادر Ana", "left|Ana|-|-|-"),
            // Those of the one who exported the chat, whom nobody is invented for.
            ("You turned on admin approval to join this group", "join approval on|exporter|-|-|-"),
            ("You added Ops: Red", "added|exporter|Ops: Red|-|-"),
            ("Você redefiniu o link de convite deste grupo", "link reset|exporter|-|-|-"),
            ("Se te añadió al grupo", "added|-|exporter|-|-"),
            ("Se te eliminó del grupo", "removed|-|exporter|-|-"),
            ("Se agregó a Bo", "added|-|Bo|-|-"),
            ("Se cerró este grupo", "nothing"),
            ("Vous avez réinitialisé le lien d'invitation de ce groupe", "link reset|exporter|-|-|-"),
            ("Vous avez rejoint ce groupe grâce à un lien d'invitation", "joined by link|exporter|-|-|-"),
            ("Du hast einen Einladungslink gesendet", "nothing"),
            ("", "nothing"),
            (".", "nothing"),
            (" added ", "nothing"),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
    }

    /// A line of other words is compared with no form.
    #[test]
    fn other_words_are_turned_away_at_once() {
        let pairs = Pairs::default().and("words that nobody knows");
        assert!(NEEDED.iter().flatten().all(|needed| !needed.are_within(&pairs)));
    }

    /// Each form read with its holes filled gives its own word, whatever stands before it in the list.
    #[test]
    fn every_form_is_reached() {
        for (place, (language, forms)) in LANGUAGES.iter().enumerate() {
            for (action, form) in *forms {
                let mut text = form.to_string();
                for (hole, with) in [
                    ("{A}", "Blue Square"),
                    ("{B}", "Red Circle"),
                    ("{O}", "Old"),
                    ("{N}", "New"),
                    ("{M}", "Was"),
                    ("{*}", "x"),
                ] {
                    text = text.replace(hole, with);
                }
                let text = text.replace("[A:", "").replace("[B:", "").replace(']', "");
                let said = read(&text, place).unwrap_or_else(|| panic!("{language}: {form}"));
                assert_eq!((said.action, said.language), (*action, place), "{language}: {form}");
                for (mark, who) in [("[A:", &said.actor), ("[B:", &said.target)] {
                    if form.contains(mark) {
                        assert_eq!(*who, Some(Who::Exporter), "{language}: {form}");
                    }
                }
                for (hole, who, name) in [("{A}", &said.actor, "Blue Square"), ("{B}", &said.target, "Red Circle")] {
                    if form.contains(hole) {
                        let Some(Who::Named(found)) = who else { panic!("{language}: {form}: {who:?}") };
                        assert_eq!(&text[found.clone()], name, "{language}: {form}");
                    }
                }
            }
        }
    }

    #[test]
    fn lists() {
        assert_eq!(listed("A, B and C"), ["A", "B", "C"]);
        assert_eq!(listed("A"), ["A"]);
        assert_eq!(listed("3 others"), ["3 others"]);
        assert_eq!(listed("A, B, and C"), ["A", "B", "C"]);
        assert_eq!(listed("A y a B"), ["A", "B"]);
        assert_eq!(listed("A, B ed E"), ["A", "B", "E"]);
        assert_eq!(listed("A, B and 3 others"), ["A", "B"]);
        assert_eq!(listed("A und 1 weitere"), ["A"]);
        assert_eq!(listed("A y B"), ["A", "B"]);
    }
}
