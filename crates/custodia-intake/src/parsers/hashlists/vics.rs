//! VICS, the Project VIC data model, as JSON: hash sets and case files of 1.1 to 2.0. Read as a stream: such files grow to
//! gigabytes. Source: public readers and writers of the model; the specification itself is not public.

use std::cell::RefCell;
use std::fmt;
use std::io::BufRead;

use custodia_model::tables::{Known, Warning};
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{About, HashList, Take, digest};

/// VICS JSON.
pub struct Vics;

const ABOUT: About = About {
    name: "VICS JSON",
    reads: "VICS 1.1 to 2.0: hash sets (#Media) and case files (#Cases) as OData JSON",
    tested: &["invented lists of 1.3 and 2.0, profiles US and UK"],
    gaps: "PhotoDNA, alternative hashes, Exif, names of files; category numbers keep the profile's meaning and are not mapped",
};

/// Flags of an entry that are kept as they are.
const FLAGS: &[&str] = &[
    "IsDistributed",
    "IsPrecategorized",
    "IsSuspected",
    "OffenderIdentified",
    "SelfGenerated",
    "Tags",
    "VictimIdentified",
];

impl HashList for Vics {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, head: &[u8]) -> bool {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let text = String::from_utf8_lossy(head);
        let first = text.trim_start();
        first.starts_with('{')
            && ["odata", "ProjectVic", "ProjectVIC", "\"value\"", "\"Media\""].iter().any(|mark| text.contains(mark))
    }

    fn read(&self, list: &mut dyn BufRead, take: &mut dyn Take) -> Result<(), String> {
        if list.fill_buf().map_err(|why| why.to_string())?.starts_with(b"\xef\xbb\xbf") {
            list.consume(3);
        }
        let state = RefCell::new(State { take, number: 0, model: "VICS".into(), profile: None });
        let mut json = serde_json::Deserializer::from_reader(list);
        match Root(&state).deserialize(&mut json) {
            Ok(()) => Ok(()),
            Err(why) => {
                let mut state = state.borrow_mut();
                if state.number == 0 {
                    return Err(format!("JSON of VICS expected: {why}"));
                }
                let number = state.number + 1;
                state.take.warning(
                    number,
                    Warning::new("truncated", format!("the list cannot be read after entry {}: {why}", number - 1)),
                );
                Ok(())
            }
        }
    }
}

struct State<'a> {
    take: &'a mut dyn Take,
    number: u64,
    model: String,
    profile: Option<String>,
}

impl State<'_> {
    /// `http://…/DataModels/2.0.xml/US/$metadata#Media`, or `…/1.3.xml#Media`.
    fn context(&mut self, context: &str) {
        let Some((_, rest)) = context.split_once("DataModels/") else { return };
        let (version, rest) = rest.split_once(".xml").unwrap_or((rest, ""));
        self.model = format!("VICS {version}");
        let profile = rest.trim_start_matches('/').split(['/', '#']).next().unwrap_or_default();
        self.profile = (!profile.is_empty()).then(|| profile.to_owned());
    }

    fn media(&mut self, media: &Map<String, Value>) {
        self.number += 1;
        let text = |name: &str| media.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let number = |name: &str| match media.get(name) {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        };
        let hash = |name: &str, bytes: usize| text(name).map(|text| digest(text, bytes).ok_or(text));
        let (md5, sha1) = (hash("MD5", 16), hash("SHA1", 20));
        let bad = [("MD5", &md5), ("SHA1", &sha1)].into_iter().find_map(|(name, hash)| match hash {
            Some(Err(found)) => {
                Some(format!("{name} in hex expected, found {:?}", found.chars().take(80).collect::<String>()))
            }
            _ => None,
        });
        if let Some(says) = bad {
            return self.take.warning(self.number, Warning::new("not an entry", says));
        }
        let (md5, sha1) = (md5.and_then(Result::ok), sha1.and_then(Result::ok));
        // No version of the model is known to bear SHA-256; one that does is taken at its word.
        let sha256 = text("SHA256").and_then(|text| digest(text, 32));
        if md5.is_none() && sha1.is_none() && sha256.is_none() {
            return self.take.warning(self.number, Warning::new("not an entry", "MD5 or SHA1 expected, neither found"));
        }
        let flags: Vec<String> = FLAGS
            .iter()
            .filter_map(|name| {
                media.get(*name).filter(|value| !value.is_null()).map(|value| format!("{}:{value}", Value::from(*name)))
            })
            .collect();
        let known = Known {
            model: self.model.as_str().into(),
            profile: self.profile.as_deref().map(Into::into),
            category: number("Category"),
            size: number("MediaSize"),
            series: text("Series").map(Into::into),
            flags: (!flags.is_empty()).then(|| format!("{{{}}}", flags.join(",")).into()),
            md5,
            sha1,
            sha256,
            ..Known::default()
        };
        self.take.entry(self.number, known);
    }
}

/// The root object, or a case: context, `value` or `Media`.
struct Root<'a, 'b>(&'a RefCell<State<'b>>);

impl<'de> DeserializeSeed<'de> for Root<'_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Root<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "@odata.context" | "odata.metadata" => {
                    if let Value::String(context) = map.next_value()? {
                        self.0.borrow_mut().context(&context);
                    }
                }
                "value" | "Media" | "Cases" => map.next_value_seed(Elements(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// An array of media, or of cases that hold media.
struct Elements<'a, 'b>(&'a RefCell<State<'b>>);

impl<'de> DeserializeSeed<'de> for Elements<'_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of media or cases")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut sequence: S) -> Result<(), S::Error> {
        while sequence.next_element_seed(Element(self.0))?.is_some() {}
        Ok(())
    }
}

/// One media object or case. The media of a case are streamed; what else an object bears is small.
struct Element<'a, 'b>(&'a RefCell<State<'b>>);

impl<'de> DeserializeSeed<'de> for Element<'_, '_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Element<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a media object or a case")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        let mut media = Map::new();
        let mut is_case = false;
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "Media" => {
                    is_case = true;
                    map.next_value_seed(Elements(self.0))?;
                }
                "CaseID" | "CaseNumber" => {
                    is_case = true;
                    map.next_value::<IgnoredAny>()?;
                }
                // Arrays and objects below a media object are not kept.
                "Exifs" | "MediaFiles" | "AlternativeHashes" | "PhotoDNA" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    media.insert(name, map.next_value()?);
                }
            }
        }
        if !is_case {
            self.0.borrow_mut().media(&media);
        }
        Ok(())
    }
}
