//! Which country issued a number, with the reason.
//!
//! Facts come from the metadata of libphonenumber (crate `phonenumber`): numbering plans that share a calling code
//! (+1, +7, +44 …) are told apart by their assigned ranges. A number outside every assigned range is compared with the
//! numbers that share its longest prefix; the reason says so and the strength is lower.

use std::collections::HashMap;

use phonenumber::metadata::DATABASE;

/// A country and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// ISO 3166-1 alpha-2; none when the metadata leave it open.
    pub country: Option<String>,
    /// What the number says, as a sentence fragment.
    pub reason: String,
    /// `strong`: the number is in a range assigned in one country. `medium`: its calling code belongs to one country.
    /// `weak`: the calling code is shared and only the nearest assigned range points to one. `none`: open.
    pub strength: &'static str,
}

/// Answers for many numbers; remembers what it worked out for a prefix.
#[derive(Default)]
pub struct Countries {
    nearest: HashMap<String, Option<String>>,
}

impl Countries {
    /// The country of a number in international form, `+34600000001`.
    pub fn of(&mut self, number: &str) -> Issued {
        let open = |reason: String| Issued { country: None, reason, strength: "none" };
        let Ok(parsed) = phonenumber::parse(None, number) else {
            return open(format!("{number} is no number of any numbering plan"));
        };
        let code = parsed.code().value();
        let regions = DATABASE.by_code(&code).map(|plans| plans.len()).unwrap_or(0);
        if let Some(country) = parsed.country().id() {
            let country = country.as_ref().to_owned();
            let reason = if regions > 1 {
                format!("dialling code +{code}, shared by {regions} plans; the range is assigned in {country}")
            } else {
                format!("dialling code +{code} of {country}, in an assigned range")
            };
            return Issued { country: Some(country), reason, strength: "strong" };
        }
        let only = DATABASE.by_code(&code).filter(|plans| plans.len() == 1).map(|plans| plans[0].id().to_owned());
        match only {
            Some(country) if country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()) => Issued {
                reason: format!("dialling code +{code} of {country}; not in an assigned range"),
                country: Some(country),
                strength: "medium",
            },
            Some(_) => open(format!("dialling code +{code} belongs to no country")),
            None if regions == 0 => open(format!("dialling code +{code} is not assigned")),
            None => {
                let national = number.trim_start_matches('+').trim_start_matches(&code.to_string()).to_owned();
                match self.by_prefix(code, &national) {
                    Some((country, prefix)) => Issued {
                        reason: format!(
                            "dialling code +{code}, shared by {regions} plans; not in an assigned range; every assigned \
                             range beginning +{code}{prefix} that was tried belongs to {country}"
                        ),
                        country: Some(country),
                        strength: "weak",
                    },
                    None => open(format!("dialling code +{code}, shared by {regions} plans; not in an assigned range")),
                }
            }
        }
    }

    /// The country of the assigned numbers that share the longest prefix with this one, when they all agree.
    fn by_prefix(&mut self, code: u16, national: &str) -> Option<(String, String)> {
        if !national.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        for keep in (1..national.len()).rev() {
            let prefix = &national[..keep];
            let key = format!("{code} {} {prefix}", national.len());
            let found = match self.nearest.get(&key) {
                Some(found) => found.clone(),
                None => {
                    let found = probe(code, prefix, national.len() - keep);
                    self.nearest.insert(key, found.clone());
                    found
                }
            };
            if let Some(country) = found {
                // Two countries in one range: open, and a shorter prefix can only be more open.
                return (country != "several").then(|| (country, prefix.to_owned()));
            }
        }
        None
    }
}

/// Tries numbers with this prefix: their one country, `several`, or none when no number tried is assigned.
fn probe(code: u16, prefix: &str, missing: usize) -> Option<String> {
    // 200 tries spread over the range, the same ones every time.
    const TRIES: u64 = 200;
    let range = 10u64.checked_pow(u32::try_from(missing).ok()?)?;
    let step = (range / TRIES).max(1);
    let mut found: Option<String> = None;
    for tail in (0..range).step_by(usize::try_from(step).ok()?).map(|start| (start + step / 3).min(range - 1)) {
        let number = format!("+{code}{prefix}{tail:0missing$}");
        let Ok(parsed) = phonenumber::parse(None, &number) else { continue };
        let Some(country) = parsed.country().id() else { continue };
        let country = country.as_ref();
        match &found {
            Some(first) if first != country => return Some("several".into()),
            Some(_) => {}
            None => found = Some(country.to_owned()),
        }
    }
    found
}

/// English name of a country, or the code itself when it is not in ISO 3166-1.
pub fn name(code: &str) -> String {
    celes::Country::from_alpha2(code).map_or_else(|_| code.to_owned(), |country| country.long_name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_codes_are_split() {
        let mut countries = Countries::default();
        let cases = [
            ("+34612345678", "ES", "strong"),
            ("+12125550123", "US", "strong"),
            ("+14165550123", "CA", "strong"),
            ("+18765550123", "JM", "weak"),
            ("+79161234567", "RU", "strong"),
            ("+77011234567", "KZ", "strong"),
            ("+447700900123", "GB", "weak"),
            ("+447797123456", "JE", "strong"),
            ("+447781123456", "GG", "strong"),
        ];
        for (number, country, strength) in cases {
            let issued = countries.of(number);
            assert_eq!(issued.country.as_deref(), Some(country), "{number}: {issued:?}");
            if strength == "strong" {
                assert_eq!(issued.strength, strength, "{number}: {issued:?}");
            }
        }
    }

    #[test]
    fn open_stays_open() {
        let mut countries = Countries::default();
        for number in ["+", "+999999999999", "+80012345678", "34"] {
            let issued = countries.of(number);
            assert_eq!(issued.country, None, "{number}: {issued:?}");
        }
    }
}
