//! People and their accounts.

use std::collections::BTreeSet;

use super::{DAY, END, START, Size};
use crate::nations::NATIONS;
use crate::rng::{For, Rng};
use crate::words::{HOSTILE, LANGUAGES};

/// Which of a person's accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// The number they began with.
    Phone,
    /// The number they changed to.
    NewPhone,
    /// The account that hides the number.
    Lid,
}

/// An account of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// Index of the person.
    pub person: u32,
    /// Which of their accounts.
    pub form: Form,
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Index into [`NATIONS`].
    pub nation: usize,
    /// Number in international form without `+`.
    pub number: String,
    /// Later number and the moment of the change (Unix milliseconds).
    pub new_number: Option<(String, u64)>,
    /// Digits of the account that hides the number.
    pub lid: Option<u64>,
    /// Given name.
    pub given: &'static str,
    /// Family name.
    pub family: &'static str,
    /// What a few put beside their name.
    pub beside: Option<&'static str>,
}

impl Person {
    /// Address of an account; the first number stands in for one the person does not have.
    pub fn address(&self, form: Form) -> String {
        match (form, &self.new_number, self.lid) {
            (Form::NewPhone, Some((number, _)), _) => format!("{number}@s.whatsapp.net"),
            (Form::Lid, _, Some(lid)) => format!("{lid}@lid"),
            _ => format!("{}@s.whatsapp.net", self.number),
        }
    }

    /// Which number was theirs at a moment.
    pub fn phone_at(&self, at: u64) -> Form {
        match self.new_number {
            Some((_, changed)) if changed <= at => Form::NewPhone,
            _ => Form::Phone,
        }
    }

    /// Every account.
    pub fn accounts(&self) -> Vec<Form> {
        let mut forms = vec![Form::Phone];
        forms.extend(self.new_number.as_ref().map(|_| Form::NewPhone));
        forms.extend(self.lid.map(|_| Form::Lid));
        forms
    }

    /// The name they chose to show.
    pub fn shown_name(&self) -> String {
        let name = format!("{} {}.", self.given, self.family.chars().next().unwrap_or('X'));
        self.beside.map_or(name.clone(), |beside| format!("{beside} {name}"))
    }
}

/// Invents people: the first eighteen stand for a country each, the others follow its weight.
pub fn invent(seed: u64, size: &Size) -> Vec<Person> {
    let total: u64 = NATIONS.iter().map(|nation| nation.weight).sum();
    let mut used = [0u64; NATIONS.len()];
    let mut lids = BTreeSet::new();
    let mut number = |nation: usize| {
        // A country whose numbers are used up hands over to the first one, which has thousands.
        let nation = if NATIONS[nation].number(used[nation]).is_some() { nation } else { 0 };
        used[nation] += 1;
        (nation, NATIONS[nation].number(used[nation] - 1).expect("ten thousand numbers are enough"))
    };
    (0..size.persons)
        .map(|index| {
            let mut rng = Rng::new(seed, For::People, index as u64, 0);
            let wanted = if index < NATIONS.len() {
                index
            } else {
                let mut mark = rng.below(total);
                NATIONS
                    .iter()
                    .position(|nation| {
                        let hit = mark < nation.weight;
                        mark = mark.saturating_sub(nation.weight);
                        hit
                    })
                    .unwrap_or(0)
            };
            let (nation, first) = number(wanted);
            let changes = (size.devices..size.devices + size.number_changes).contains(&index);
            let new_number = changes.then(|| {
                let from = START + (END - START) * 6 / 10;
                (number(nation).1, rng.range(from, END - 20 * DAY))
            });
            let lid = rng.per_mille(880).then(|| {
                loop {
                    let lid = rng.range(100_000_000_000_000, 1_000_000_000_000_000);
                    if lids.insert(lid) {
                        break lid;
                    }
                }
            });
            let language = &LANGUAGES[NATIONS[nation].language];
            Person {
                nation,
                number: first,
                new_number,
                lid,
                given: rng.pick(language.given),
                family: rng.pick(language.family),
                beside: (index % 37 == 5).then(|| HOSTILE[index / 37 % HOSTILE.len()]),
            }
        })
        .collect()
}
