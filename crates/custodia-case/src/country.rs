//! Which country issued a number, with the reason.
//!
//! Facts come from the metadata of libphonenumber (crate `phonenumber`): numbering plans that share a calling code
//! (+1, +7, +44 …) are told apart by their assigned ranges. A number outside every assigned range is compared with the
//! numbers that share its longest prefix; the reason says so and the strength is lower.

use std::collections::HashMap;

use phonenumber::Metadata;
use phonenumber::Type;
use phonenumber::metadata::DATABASE;

/// A country and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// ISO 3166-1 alpha-2; none when the metadata leave it open.
    pub country: Option<String>,
    /// What the number says, as a sentence fragment.
    pub reason: String,
    /// `strong`: the number is in a range assigned in one country. `medium`: its calling code belongs to one country.
    /// `weak`: the calling code is shared, and the range is assigned in several of its countries, or only the nearest assigned
    /// range, or the code's main country, points to one. `none`: open.
    pub strength: &'static str,
}

/// Answers for many numbers; remembers what it worked out for a prefix.
#[derive(Default)]
pub struct Countries {
    nearest: HashMap<String, Vec<String>>,
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
        // Of numbers that are free, dear or personal the plans of a code share whole ranges, and the metadata name the first.
        let of_none = matches!(
            parsed.number_type(&DATABASE),
            Type::TollFree | Type::PremiumRate | Type::SharedCost | Type::PersonalNumber | Type::Uan | Type::Voicemail
        );
        if regions > 1 && of_none {
            return open(format!("dialling code +{code}, shared by {regions} plans; the range is tied to no place"));
        }
        // Codes such as those of satellites are of the world, `001`.
        let only = DATABASE.by_code(&code).filter(|plans| plans.len() == 1).map(|plans| plans[0].id().to_owned());
        if only.as_ref().is_some_and(|region| !is_country(region)) {
            return open(format!("dialling code +{code} belongs to no country"));
        }
        let national = parsed.national().to_string();
        let all = assigned(code, &national);
        // Of numbers that begin with a zero the crate finds no plan for some, such as those of the Vatican, and for others that of the
        // number without the zero.
        let found = parsed.country().id().map(|id| id.as_ref().to_owned());
        let found = found.filter(|country| !national.starts_with('0') || all.contains(country));
        if let Some(country) = found.or(all.first().cloned()) {
            if all.len() > 1 {
                let all = all.join(", ");
                return Issued {
                    reason: format!(
                        "dialling code +{code}, shared by {regions} plans; the range is assigned in {all}, of which {country} is named first"
                    ),
                    country: Some(country),
                    strength: "weak",
                };
            }
            let reason = if regions > 1 {
                format!("dialling code +{code}, shared by {regions} plans; the range is assigned in {country}")
            } else {
                format!("dialling code +{code} of {country}, in an assigned range")
            };
            return Issued { country: Some(country), reason, strength: "strong" };
        }
        match only {
            Some(country) => Issued {
                reason: format!("dialling code +{code} of {country}; not in an assigned range"),
                country: Some(country),
                strength: "medium",
            },
            None if regions == 0 => open(format!("dialling code +{code} is not assigned")),
            None => {
                let digits = number.trim_start_matches('+');
                let national = digits.strip_prefix(&code.to_string()).unwrap_or(digits);
                let shared = format!("dialling code +{code}, shared by {regions} plans; not in an assigned range");
                // The metadata name the plan's main country first.
                let main = DATABASE.by_code(&code).and_then(|plans| plans.first().map(|plan| plan.id().to_owned()));
                let (prefix, countries) = self.by_prefix(code, national);
                match (countries.as_slice(), main) {
                    ([only], _) => Issued {
                        reason: format!("{shared}; assigned ranges beginning +{code}{prefix} belong to {only}"),
                        country: Some(only.clone()),
                        strength: "weak",
                    },
                    (several, Some(main)) if several.is_empty() || several.contains(&main) => Issued {
                        reason: format!("{shared}; {main} is the main country of the code"),
                        country: Some(main),
                        strength: "weak",
                    },
                    _ => open(shared),
                }
            }
        }
    }

    /// The longest prefix that assigned numbers share with this one, and the countries they belong to.
    fn by_prefix<'a>(&mut self, code: u16, national: &'a str) -> (&'a str, Vec<String>) {
        if !national.bytes().all(|b| b.is_ascii_digit()) {
            return ("", Vec::new());
        }
        for keep in (1..national.len()).rev() {
            let prefix = &national[..keep];
            let key = format!("{code} {} {prefix}", national.len());
            let found = self.nearest.entry(key).or_insert_with(|| probe(code, prefix, national.len() - keep));
            if !found.is_empty() {
                return (prefix, found.clone());
            }
        }
        ("", Vec::new())
    }
}

/// The plans of a code in which the range of a number is assigned, in the order of the metadata.
fn assigned(code: u16, national: &str) -> Vec<String> {
    let plans = DATABASE.by_code(&code).unwrap_or_default();
    let assigned = |plan: &&Metadata| {
        let ranges = plan.descriptors();
        let kinds = [ranges.fixed_line(), ranges.mobile(), ranges.voip(), ranges.pager()];
        ranges.general().is_match(national) && kinds.into_iter().flatten().any(|kind| kind.is_match(national))
    };
    plans.into_iter().filter(assigned).map(|plan| plan.id().to_owned()).collect()
}

/// The countries of assigned numbers with this prefix, sorted; 200 numbers are tried, the same ones every time.
fn probe(code: u16, prefix: &str, missing: usize) -> Vec<String> {
    const TRIES: u64 = 200;
    let range = u32::try_from(missing).ok().and_then(|missing| 10u64.checked_pow(missing)).unwrap_or(0);
    let step = (range / TRIES).max(1);
    let mut found = std::collections::BTreeSet::new();
    let mut start = 0;
    while start < range {
        let tail = (start + step / 3).min(range - 1);
        let number = format!("+{code}{prefix}{tail:0missing$}");
        if let Some(country) = phonenumber::parse(None, &number)
            .ok()
            .and_then(|parsed| parsed.country().id().map(|id| id.as_ref().to_owned()))
        {
            found.insert(country);
        }
        start += step;
    }
    found.into_iter().collect()
}

/// Countries of time zones: the columns of the time zone database's `zone.tab`, which is in the public domain.
const ZONES: &str = include_str!("country/zones.txt");

/// Countries of mobile country codes, ITU-T E.212. Codes that several countries share are left out.
const NETWORKS: &str = include_str!("country/networks.txt");

/// The country of a time zone such as `Europe/Madrid`; none for zones that no country bears, such as `UTC`.
pub fn of_zone(zone: &str) -> Option<String> {
    let line = ZONES.lines().find(|line| line.split_whitespace().nth(1) == Some(zone.trim()))?;
    line.split_whitespace().next().map(str::to_owned)
}

/// The country of a mobile country code, `214`.
pub fn of_network(code: &str) -> Option<String> {
    let code = code.trim().get(..3)?;
    let mut words = NETWORKS.split_whitespace();
    while let (Some(known), Some(country)) = (words.next(), words.next()) {
        if known == code {
            return Some(country.to_owned());
        }
    }
    None
}

/// The country of a locale such as `es-ES`, `es_ES`, `es_ES@calendar=gregorian`, `zh-Hant-TW`; none where it states a language alone.
pub fn of_locale(locale: &str) -> Option<String> {
    locale.trim().split(['-', '_', '@']).skip(1).find(|part| part.len() == 2).and_then(region)
}

/// Kosovo has no code of ISO 3166-1; `XK`, which the standard leaves to users, is what numbering plans and SIM cards call it.
const KOSOVO: &str = "XK";

/// A country as stored, in upper case; none when the value is no ISO 3166-1 alpha-2 code.
pub fn region(value: &str) -> Option<String> {
    let value = value.trim().to_ascii_uppercase();
    (value == KOSOVO || celes::Country::from_alpha2(&value).is_ok()).then_some(value)
}

/// English name of a country, or the code itself when it is not in ISO 3166-1.
pub fn name(code: &str) -> String {
    if code == KOSOVO {
        return "Kosovo".to_owned();
    }
    celes::Country::from_alpha2(code).map_or_else(|_| code.to_owned(), |country| country.long_name.to_string())
}

/// Whether it is a code of ISO 3166-1 alpha-2.
fn is_country(region: &str) -> bool {
    region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase())
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
            ("+18765550123", "JM", "strong"),
            ("+79161234567", "RU", "strong"),
            ("+77011234567", "KZ", "strong"),
            ("+447700900123", "GB", "weak"),
            ("+447797123456", "JE", "strong"),
            ("+447781123456", "GG", "strong"),
            ("+447924000104", "GB", "weak"),
            ("+590690000101", "GP", "weak"),
            ("+212661000101", "MA", "weak"),
            ("+61400000101", "AU", "weak"),
            ("+390669812345", "VA", "strong"),
            ("+390612345678", "IT", "strong"),
            ("+38343201234", "XK", "strong"),
            ("+70338078276", "RU", "weak"),
            ("+29006873661", "SH", "weak"),
            ("+340612345678", "ES", "medium"),
            ("+2250707123456", "CI", "strong"),
        ];
        for (number, country, strength) in cases {
            let issued = countries.of(number);
            assert_eq!(issued.country.as_deref(), Some(country), "{number}: {issued:?}");
            assert_eq!(issued.strength, strength, "{number}: {issued:?}");
        }
    }

    #[test]
    fn settings_name_countries() {
        assert_eq!(of_zone("Europe/Madrid").as_deref(), Some("ES"));
        assert_eq!(of_zone("America/Bogota").as_deref(), Some("CO"));
        assert_eq!(of_zone("UTC"), None);
        assert_eq!(of_network("214").as_deref(), Some("ES"));
        assert_eq!(of_network("9"), None);
        assert_eq!(of_locale("es_ES").as_deref(), Some("ES"));
        assert_eq!(of_locale("zh-Hant-TW").as_deref(), Some("TW"));
        assert_eq!(of_locale("es_ES@calendar=gregorian").as_deref(), Some("ES"));
        assert_eq!(of_locale("es"), None);
        assert_eq!(region("es ").as_deref(), Some("ES"));
        assert_eq!(region("zz"), None);
        assert_eq!(region("xk").map(|code| name(&code)).as_deref(), Some("Kosovo"));
    }

    #[test]
    fn open_stays_open() {
        let mut countries = Countries::default();
        for number in ["+", "+999999999999", "+80012345678", "34", "+18005550123", "+19005550123"] {
            let issued = countries.of(number);
            assert_eq!(issued.country, None, "{number}: {issued:?}");
        }
    }
}
