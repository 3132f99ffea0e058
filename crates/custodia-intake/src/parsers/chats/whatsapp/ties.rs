//! Which pairs of addresses may be told as one person's, and which of them were told before.
//!
//! A person has a number and a hidden identifier, so a row that names one of each ties them. Two numbers are never tied,
//! nor two hidden identifiers: a device of somebody else in such a row would make two people one.

use std::collections::HashSet;

use custodia_model::Text;
use custodia_model::account::{self, LID_SERVER, PHONE_SERVER};

/// Pairs that are remembered; a hostile file must not fill memory with them. Those beyond are told each time.
const REMEMBERED: usize = 1 << 20;

/// Digits of a number or hidden identifier. The messenger's own account, `0@s.whatsapp.net`, is nobody's.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=20;

/// The pairs of one file that were told.
#[derive(Default)]
pub struct Ties(HashSet<(&'static str, Text, Text)>);

/// What a person's address is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form<'a> {
    Number,
    Hidden,
    Other(&'a str),
}

impl Ties {
    /// The pair in the order in which it is told, the hidden identifier first; none when the two are no pair or were told
    /// with this word before.
    pub fn new_pair(&mut self, one: &Text, two: &Text, kind: &'static str) -> Option<(Text, Text)> {
        let ((user, first), (other_user, second)) = (form(one)?, form(two)?);
        // The same number may stand on two servers, as that of a hosted business does.
        if one == two || (first == second && user != other_user) {
            return None;
        }
        let hidden_last = first != Form::Hidden && second == Form::Hidden;
        let (one, two) = if hidden_last { (two, one) } else { (one, two) };
        let key = (kind, one.clone(), two.clone());
        if self.0.contains(&key) {
            return None;
        }
        if self.0.len() < REMEMBERED {
            self.0.insert(key);
        }
        Some((one.clone(), two.clone()))
    }
}

/// The user of a person's address, and what it is; none for every other address.
fn form(address: &str) -> Option<(&str, Form<'_>)> {
    let (user, server) = address.rsplit_once('@')?;
    let digits = DIGITS.contains(&user.len()) && user.bytes().all(|byte| byte.is_ascii_digit());
    let form = match server {
        PHONE_SERVER | "hosted" => Form::Number,
        LID_SERVER | "hosted.lid" => Form::Hidden,
        _ => Form::Other(server),
    };
    (digits && account::chat_kind(address) == "person").then_some((user, form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_hidden_identifier_are_a_pair() {
        let mut ties = Ties::default();
        let mut pair = |one: &str, two: &str, kind| {
            ties.new_pair(&one.into(), &two.into(), kind).map(|(one, two)| format!("{one} {two}"))
        };
        let told = Some("123456789012345@lid 34600000002@s.whatsapp.net".to_owned());
        assert_eq!(pair("34600000002@s.whatsapp.net", "123456789012345@lid", "a"), told);
        assert_eq!(pair("123456789012345@lid", "34600000002@s.whatsapp.net", "a"), None);
        assert_eq!(pair("123456789012345@lid", "34600000002@s.whatsapp.net", "b"), told);
        for (one, two) in [
            ("34600000002@s.whatsapp.net", "34600000003@s.whatsapp.net"),
            ("34600000002@s.whatsapp.net", "34600000003@hosted"),
            ("123456789012345@lid", "223456789012345@lid"),
            ("123456789012345@lid", "123456789012345@lid"),
            ("123456789012345@lid", "0@s.whatsapp.net"),
            ("123456789012345@lid", "120363041234567890@g.us"),
            ("123456789012345@lid", "status@broadcast"),
            ("123456789012345@lid", "lid_me"),
        ] {
            assert_eq!(pair(one, two, "a"), None, "{one} {two}");
        }
        assert!(pair("34600000002@s.whatsapp.net", "34600000002@hosted", "a").is_some());
    }
}
