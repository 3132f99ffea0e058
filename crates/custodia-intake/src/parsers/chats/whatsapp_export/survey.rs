//! A first reading of the whole file: in which form its lines begin, in which order day and month stand, who writes.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufRead};

use memchr::memchr;

use super::forms;
use super::lines;
use super::media::MARK;
use super::names;
use super::order::{Basis, Evidence, Order};
use super::recent::Recent;
use super::stamp::{Shape, Stamps};
use super::system::{self, Who};
use super::words;

/// So many forms and senders are kept apart; a hostile file must not fill memory with them.
const FORMS: usize = 16;
const SENDERS: usize = 20_000;
/// Bytes of system lines that are kept for names with a colon.
const SYSTEM: usize = 1 << 20;
/// So many sentences are looked at for their language.
const SENTENCES: u64 = 256;
/// So many lines of senders that were not met before are compared with sentences of the app. A group has 1024 members.
const ASKED: u64 = 2048;

/// What a first reading says.
pub struct Survey {
    /// The form of most lines.
    pub shape: Shape,
    /// Order of day and month, and by what.
    pub order: Order,
    /// What it is known by.
    pub basis: Basis,
    /// Whether some dates allow one order alone and others the other.
    pub contradictory: bool,
    /// The language of the app's words for files, if one stands there.
    pub language: Option<&'static str>,
    /// Senders whose names read like lists of several.
    pub like_lists: HashSet<String>,
    /// The longer names of senders whose names have a colon, by what stands before it.
    pub longer: HashMap<Vec<u8>, Vec<Vec<u8>>>,
    /// What stands before the colon in sentences about somebody who has one in the name, and that name.
    pub sentences: HashMap<Vec<u8>, String>,
}

struct Form {
    shape: Shape,
    count: u64,
    evidence: Evidence,
}

struct Sender {
    count: u64,
    /// Up to the second colon, as long as all lines have it.
    longer: Option<Vec<u8>>,
}

/// Reads the file from front to back; none when no line is that of an export.
pub fn read(mut from: impl BufRead) -> io::Result<Option<Survey>> {
    let mut forms: Vec<Form> = Vec::new();
    let mut senders: HashMap<Vec<u8>, Sender> = HashMap::new();
    let mut languages = Languages::default();
    let mut system = Vec::new();
    let mut sentences = Sentences::default();
    let mut recent = Recent::new();
    let (mut stamps, mut last) = (Stamps::default(), 0);
    lines::each(&mut from, |line| {
        let Some(stamp) = stamps.read(line) else { return };
        let rest = line.get(stamp.rest..).unwrap_or_default();
        // Nearly all lines have the form of the one before.
        if forms.get(last).is_none_or(|form| form.shape != stamp.shape) {
            last = forms.iter().position(|form| form.shape == stamp.shape).unwrap_or(forms.len());
            if last == forms.len() && last < FORMS {
                forms.push(Form { shape: stamp.shape, count: 0, evidence: Evidence::default() });
            }
        }
        let Some(form) = forms.get_mut(last) else { return };
        form.count += 1;
        let mut cut = sender(rest);
        // The first line is mostly a notice of the app, which may bear a later time than what follows.
        let notice = cut.is_none_or(|(_, text)| rest.get(text..).is_some_and(|text| text.starts_with(MARK.as_bytes())));
        form.evidence.take(&stamp, form.count > 1 || !notice);
        // A sender whose name is told is nothing new.
        let told = cut.is_some_and(|(name, _)| rest.get(..name).is_some_and(|name| recent.get(name).is_some()));
        // The sentence of somebody whose name has a colon looks like a message.
        let new = |name: usize| !rest.get(..name).is_some_and(|name| senders.contains_key(name));
        if let Some((name, _)) = cut.filter(|(name, _)| !told && new(*name)) {
            cut = cut.filter(|_| !sentences.take(rest, name, stamp.shape.frame));
        }
        match cut {
            Some((name, text)) => {
                if !told && take_sender(&mut senders, &mut sentences, rest, name, text) {
                    recent.put(rest.get(..name).unwrap_or_default(), ());
                }
                let written = rest.get(text..).unwrap_or_default();
                if matches!(written.last(), Some(b'>' | b')')) {
                    languages.word(written);
                } else if written.starts_with(MARK.as_bytes()) {
                    languages.sentence(written);
                    sentences.marked(written);
                }
            }
            None if system.len() < SYSTEM => {
                languages.sentence(rest);
                system.extend_from_slice(rest.get(..rest.len().min(1024)).unwrap_or_default());
                system.push(b'\n');
            }
            None => {}
        }
    })?;
    // Of equally many the first.
    let mut best: Option<Form> = None;
    for form in forms {
        if best.as_ref().is_none_or(|best| form.count > best.count) {
            best = Some(form);
        }
    }
    let Some(Form { shape, evidence, .. }) = best else { return Ok(None) };
    let language = languages.first();
    let (order, basis) = match shape.order {
        Order::Unknown => by_habit(evidence.order(), evidence.contradictory(), shape, language),
        order => (order, Basis::Form),
    };
    let name = |name: &Vec<u8>| names::clean(&String::from_utf8_lossy(name)).to_string();
    let like_lists = senders.keys().map(name).filter(|name| system::listed(name).len() > 1).collect();
    sentences.by_name.retain(|(name, _)| !senders.contains_key(name));
    let longer = senders.into_iter().filter_map(|(name, sender)| {
        let longer = sender.longer?;
        let met = sentences.persons.contains_key(&longer);
        let stands = || sender.count > 1 && memchr::memmem::find(&system, &longer).is_some();
        (met || stands()).then_some((name, longer))
    });
    let mut names: HashMap<Vec<u8>, Vec<Vec<u8>>> = HashMap::new();
    for (name, longer) in longer.chain(sentences.told.drain()) {
        let all = names.entry(name).or_default();
        if !all.contains(&longer) {
            all.push(longer);
        }
    }
    // The longest first: one name may begin as another does.
    names.values_mut().for_each(|all| all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b))));
    let longer = names;
    Ok(Some(Survey {
        shape,
        order,
        basis,
        contradictory: evidence.contradictory(),
        language,
        sentences: sentences.believed(&longer),
        like_lists,
        longer,
    }))
}

/// What is usual where the dates themselves leave both orders open.
fn by_habit(found: (Order, Basis), contradictory: bool, shape: Shape, language: Option<&str>) -> (Order, Basis) {
    match (found.0, language) {
        _ if contradictory => found,
        // No region writes month, day and year with dots.
        (Order::Unknown, _) if shape.separator == b'.' => (Order::DayFirst, Basis::Separator),
        (Order::Unknown, Some(language)) if language != "English" => (Order::DayFirst, Basis::Language),
        _ => found,
    }
}

/// Lines of nobody who was met, which are sentences of the app if what they tell of has a colon in the name: `Ops: Red left`.
#[derive(Default)]
struct Sentences {
    asked: u64,
    /// What stands before the colon, and the whole name.
    by_name: Vec<(Vec<u8>, Vec<u8>)>,
    /// By whole name, whether it stands in several sentences or in one that nobody types.
    persons: HashMap<Vec<u8>, bool>,
    /// Whole names in sentences that bear the app's mark, with what stands before their first colon.
    told: HashSet<(Vec<u8>, Vec<u8>)>,
}

impl Sentences {
    /// Whether a line reads as a sentence, taking note of the name in it around the colon at `colon`. In brackets the app puts the
    /// group or whoever acted before a sentence, so that colon is no part of a name.
    fn take(&mut self, rest: &[u8], colon: usize, frame: u8) -> bool {
        if self.asked >= ASKED {
            return false;
        }
        self.asked += 1;
        let Ok(text) = std::str::from_utf8(rest) else { return false };
        let Some(said) = system::read(text, 0) else { return false };
        let around = [&said.actor, &said.target].into_iter().find_map(|who| match who {
            Some(Who::Named(range)) if frame != b'[' && range.contains(&colon) => text.get(range.clone()),
            _ => None,
        });
        let name = around.and_then(|names| system::listed(names).into_iter().find(|name| name.contains(": ")));
        if let (Some(before), Some(name)) = (rest.get(..colon), name) {
            self.by_name.push((before.to_vec(), name.into()));
            let by_itself = said.action.starts_with("joined");
            self.persons.entry(name.into()).and_modify(|sure| *sure = true).or_insert(by_itself);
        }
        true
    }

    /// Takes note of names with a colon in a sentence that bears the app's own mark.
    fn marked(&mut self, text: &[u8]) {
        let text = text.get(MARK.len()..).unwrap_or_default();
        if self.asked >= ASKED || memchr::memmem::find(text, b": ").is_none() {
            return;
        }
        self.asked += 1;
        let Some((text, said)) = std::str::from_utf8(text).ok().and_then(|text| Some((text, system::read(text, 0)?)))
        else {
            return;
        };
        for who in [said.actor, said.target].into_iter().flatten() {
            let Who::Named(range) = who else { continue };
            for name in system::listed(text.get(range).unwrap_or_default()) {
                if let Some((before, _)) = name.split_once(": ") {
                    self.told.insert((before.into(), name.into()));
                }
            }
        }
    }

    /// Whether a line is a sentence about somebody of this name, whose name has a colon, taking note of it.
    fn about(&mut self, rest: &[u8], name: &[u8]) -> bool {
        if self.asked >= ASKED || rest.get(name.len()) != Some(&b' ') || !rest.starts_with(name) {
            return false;
        }
        self.asked += 1;
        let sentence = std::str::from_utf8(rest).ok().and_then(|text| system::read(text, 0)).is_some();
        if sentence {
            self.persons.entry(name.into()).and_modify(|sure| *sure = true).or_insert(false);
        }
        sentence
    }

    /// Those that are believed. `Bo: Ana left` may be all that somebody called Bo ever wrote.
    fn believed(self, longer: &HashMap<Vec<u8>, Vec<Vec<u8>>>) -> HashMap<Vec<u8>, String> {
        let Sentences { by_name, persons, .. } = self;
        let writes: HashSet<&Vec<u8>> = longer.values().flatten().collect();
        let sure = |name: &Vec<u8>| persons.get(name) == Some(&true) || writes.contains(name);
        let believed = by_name.into_iter().filter(|(_, name)| sure(name));
        believed.map(|(before, name)| (before, String::from_utf8_lossy(&name).into_owned())).collect()
    }
}

/// How often the app's own words are of each language.
#[derive(Default)]
struct Languages {
    votes: [u64; forms::LANGUAGES.len()],
    sentences: u64,
}

impl Languages {
    /// Words for a file at the end of a text.
    fn word(&mut self, text: &[u8]) {
        let found = words::LANGUAGES.iter().find(|(word, _)| text.ends_with(word.as_bytes()));
        let Some((_, language)) = found else { return };
        for (votes, (name, _)) in self.votes.iter_mut().zip(forms::LANGUAGES) {
            *votes += u64::from(name == language);
        }
    }

    fn sentence(&mut self, text: &[u8]) {
        if self.sentences >= SENTENCES {
            return;
        }
        self.sentences += 1;
        let said = std::str::from_utf8(text).ok().and_then(|text| system::read(text, 0));
        if let Some(votes) = said.and_then(|said| self.votes.get_mut(said.language)) {
            *votes += 1;
        }
    }

    /// The language of most; of equally many the first.
    fn first(&self) -> Option<&'static str> {
        let most = self.votes.iter().max().filter(|most| **most > 0)?;
        let (_, (name, _)) = self.votes.iter().zip(forms::LANGUAGES).find(|(votes, _)| *votes == most)?;
        // Others than six are one list, which says nothing of the order.
        (*name != forms::ANOTHER).then_some(*name)
    }
}

/// Takes note of a sender; true when nothing more is to be learned of the name.
fn take_sender(
    senders: &mut HashMap<Vec<u8>, Sender>,
    sentences: &mut Sentences,
    rest: &[u8],
    name: usize,
    text: usize,
) -> bool {
    let bytes = rest.get(..name).unwrap_or_default();
    if let Some(sender) = senders.get_mut(bytes) {
        sender.count += 1;
        let longer = |longer: &Vec<u8>| rest.starts_with(longer) && rest.get(longer.len()) == Some(&b':');
        if sender.longer.as_ref().is_some_and(|known| !longer(known) && !sentences.about(rest, known)) {
            sender.longer = None;
        }
        sender.longer.is_none()
    } else if senders.len() < SENDERS {
        let second = self::sender(rest.get(text..).unwrap_or_default());
        let longer = second.and_then(|(end, _)| rest.get(..text + end)).map(<[u8]>::to_vec);
        senders.insert(bytes.to_vec(), Sender { count: 1, longer });
        false
    } else {
        true
    }
}

/// Where the name ends and the text begins: at the first colon with a blank behind it. None for a system line.
pub fn sender(rest: &[u8]) -> Option<(usize, usize)> {
    let near = rest.get(..names::LONGEST).unwrap_or(rest);
    let mut from = 0;
    loop {
        let colon = from + memchr(b':', near.get(from..)?)?;
        match near.get(colon + 1..) {
            Some([b' ', ..]) if colon > 0 => return Some((colon, colon + 2)),
            Some([0xc2, 0xa0, ..]) if colon > 0 => return Some((colon, colon + 3)),
            Some([0xe2, 0x80, 0xaf, ..]) if colon > 0 => return Some((colon, colon + 4)),
            Some([] | [b'\n', ..]) if colon > 0 => return Some((colon, colon + 1)),
            _ => from = colon + 1,
        }
    }
}
