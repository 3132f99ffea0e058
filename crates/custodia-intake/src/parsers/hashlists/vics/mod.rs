//! VICS, the Project VIC data model, as JSON: hash sets and case files of 1.1 to 2.0. Read as a stream: such files grow to
//! gigabytes. Source: public readers and writers of the model; the specification itself is not public.

use std::io::BufRead;

use custodia_model::tables::{Known, Warning};
use serde_json::{Map, Value};

use super::{About, HashList, Take, digest};
use json::{Json, Lost};

mod json;

/// Arrays of media or cases within each other: a case holds media, and nothing holds cases.
const DEEPEST: u32 = 4;

/// VICS JSON.
pub struct Vics;

const ABOUT: About = About {
    name: "VICS JSON",
    reads: "VICS 1.1 to 2.0: hash sets (#Media) and case files (#Cases) as OData JSON",
    tested: &["invented lists of 1.3 and 2.0, profiles US and UK"],
    gaps: "PhotoDNA, alternative hashes, Exif, names of files; category numbers keep the profile's meaning and are not mapped",
};

/// What an entry is known by.
const HASHES: &[&str] = &["MD5", "SHA1", "SHA256"];

/// What else of it is kept.
const KEPT: &[&str] = &["Category", "MediaSize", "Series"];

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
        let mut json = Json::new(list);
        if json.begins(b"\xef\xbb\xbf").map_err(|Lost(why)| why)? {
            json.pass(3);
        }
        let mut state = State { take, number: 0, model: "VICS".into(), profile: None };
        match state.root(&mut json) {
            Ok(()) => Ok(()),
            Err(Lost(why)) if state.number == 0 => Err(format!("JSON of VICS expected: {why}")),
            Err(Lost(why)) => {
                let says = format!("the list cannot be read after entry {}: {why}", state.number);
                state.take.lost(state.number + 1, json.at, says);
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
    /// The root object, or a case: context, `value` or `Media`.
    fn root(&mut self, json: &mut Json<'_>) -> Result<(), Lost> {
        json.members(&mut |json, name| match name {
            "@odata.context" | "odata.metadata" => {
                let mut context = Vec::new();
                json.value(&mut context)?;
                if let Ok(context) = serde_json::from_slice::<String>(&context) {
                    self.context(&context);
                }
                Ok(())
            }
            "value" | "Media" | "Cases" => self.elements(json, 0),
            _ => json.skip(),
        })
    }

    /// An array of media, or of cases that hold media.
    fn elements(&mut self, json: &mut Json<'_>, depth: u32) -> Result<(), Lost> {
        if depth >= DEEPEST {
            return json.skip();
        }
        json.elements(&mut |json| {
            if json.peek()? == Some(b'{') {
                return self.element(json, depth);
            }
            json.skip()?;
            self.number += 1;
            let says = "a media object or a case expected, found another value";
            self.take.warning(self.number, Warning::new("not an entry", says));
            Ok(())
        })
    }

    /// One media object or case. The media of a case are streamed; of a media object only what is kept is looked at.
    fn element(&mut self, json: &mut Json<'_>, depth: u32) -> Result<(), Lost> {
        let mut media = Map::new();
        let mut damaged = Vec::new();
        let mut is_case = false;
        json.members(&mut |json, name| {
            match name {
                "Media" => {
                    is_case = true;
                    return self.elements(json, depth + 1);
                }
                "CaseID" | "CaseNumber" => is_case = true,
                _ if HASHES.contains(&name) || KEPT.contains(&name) || FLAGS.contains(&name) => {
                    let mut value = Vec::new();
                    json.value(&mut value)?;
                    match serde_json::from_slice::<Value>(&value) {
                        Ok(value) if media.get(name).is_some_and(|other| *other != value) => {
                            media.insert(name.to_owned(), Value::Null);
                            damaged.push((name.to_owned(), "it stands there twice with different values".to_owned()));
                        }
                        Ok(value) => _ = media.insert(name.to_owned(), value),
                        Err(why) => damaged.push((name.to_owned(), why.to_string())),
                    }
                    return Ok(());
                }
                _ => {}
            }
            json.skip()
        })?;
        if !is_case {
            self.media(&media, &damaged);
        }
        Ok(())
    }

    /// `http://…/DataModels/2.0.xml/US/$metadata#Media`, or `…/1.3.xml#Media`.
    fn context(&mut self, context: &str) {
        let Some((_, rest)) = context.split_once("DataModels/") else { return };
        let (version, rest) = rest.split_once(".xml").unwrap_or((rest, ""));
        self.model = format!("VICS {version}");
        let profile = rest.trim_start_matches('/').split(['/', '#']).next().unwrap_or_default();
        self.profile = (!profile.is_empty()).then(|| profile.to_owned());
    }

    /// Takes an entry. A hash that cannot be read as JSON makes it none, and so does one that is no digest where no other is; anything
    /// else is left out and told.
    fn media(&mut self, media: &Map<String, Value>, damaged: &[(String, String)]) {
        self.number += 1;
        if let Some((name, why)) = damaged.iter().find(|(name, _)| HASHES.contains(&name.as_str())) {
            let says = format!("{name} cannot be read: {why}");
            return self.take.warning(self.number, Warning::new("not an entry", says));
        }
        let mut bad = Vec::new();
        let mut hash = |name: &str, bytes: usize| {
            let value = stated(media, name)?;
            let digest = value.as_str().and_then(|text| digest(text, bytes));
            if digest.is_none() {
                bad.push(format!("{name} in hex expected, found {}", shown(value)));
            }
            digest
        };
        // No version of the model is known to bear SHA-256; one that does is taken at its word.
        let (md5, sha1, sha256) = (hash("MD5", 16), hash("SHA1", 20), hash("SHA256", 32));
        if md5.is_none() && sha1.is_none() && sha256.is_none() {
            let says = if bad.is_empty() { "MD5 or SHA1 expected, neither found".into() } else { bad.join("; ") };
            return self.take.warning(self.number, Warning::new("not an entry", says));
        }
        let mut number = |name: &str| {
            let value = stated(media, name)?;
            let number = integer(value);
            if number.is_none() {
                bad.push(format!("an integer expected in {name}, found {}", shown(value)));
            }
            number
        };
        let (category, size) = (number("Category"), number("MediaSize"));
        for (name, why) in damaged {
            bad.push(format!("{name} cannot be read: {why}"));
        }
        for says in bad {
            let says = format!("{says}; the entry was taken without it");
            self.take.warning(self.number, Warning::new("damaged", says));
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
            category,
            size,
            series: stated(media, "Series").and_then(Value::as_str).map(Into::into),
            flags: (!flags.is_empty()).then(|| format!("{{{}}}", flags.join(",")).into()),
            md5,
            sha1,
            sha256,
            ..Known::default()
        };
        self.take.entry(self.number, known);
    }
}

/// What an entry states under a name; null and an empty text state nothing.
fn stated<'a>(media: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    media.get(name).filter(|value| !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty()))
}

/// A whole number, also one that is written with a fraction of nothing or as a text.
fn integer(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.clone(),
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let whole = |real: &f64| real.fract() == 0.0 && real.abs() < 9e15;
    number.as_i64().or_else(|| number.as_f64().filter(whole).map(|real| real as i64))
}

/// The beginning of a value as JSON.
fn shown(value: &Value) -> String {
    value.to_string().chars().take(80).collect()
}
