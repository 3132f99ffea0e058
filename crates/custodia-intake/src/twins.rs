//! One file under two paths. Android shows the data of its first user as `/data/data` and as `/data/user/0`, which are one
//! folder; an extraction that follows both holds everything twice, and what is told twice counts double.

use std::borrow::Cow;
use std::collections::HashMap;

use custodia_model::tables::Warning;

use crate::evidence::{Evidence, Item};

/// The two names of the folder. Source: Android's `installd`, which makes the first a link or a mount of the second.
const NAMES: (&str, &str) = ("/data/user/0/", "/data/data/");
/// Written beside a database; without them two databases may say different things.
const BESIDE: [&str; 2] = ["-wal", "-journal"];

/// How an item stands to one that lies at the same place by another name.
pub enum Twin<'a> {
    /// It is the same file, and what is beside it too.
    Same(&'a Item),
    /// It is at the same place and holds something else.
    Other(&'a Item),
}

/// The places of an exhibit that have two names.
pub struct Twins<'a> {
    evidence: &'a Evidence,
    first: HashMap<Cow<'a, str>, usize>,
}

impl<'a> Twins<'a> {
    /// Knows the items of these numbers; the first at a place is the one that is read.
    pub fn new(evidence: &'a Evidence, items: impl Iterator<Item = usize>) -> Twins<'a> {
        let mut first = HashMap::new();
        for index in items {
            if let Some(place) = evidence.items().get(index).and_then(|item| place(&item.path)) {
                first.entry(place).or_insert(index);
            }
        }
        Twins { evidence, first }
    }

    /// The item that stood earlier at the same place by the other name.
    pub fn of(&self, index: usize) -> Option<Twin<'a>> {
        let item = self.evidence.items().get(index)?;
        let earlier = self.first.get(&place(&item.path)?).filter(|earlier| **earlier != index)?;
        let earlier = self.evidence.items().get(*earlier)?;
        // Two entries of an archive may bear one path; those are two files.
        if earlier.path == item.path {
            return None;
        }
        let same = equal(Some(earlier), Some(item)) && BESIDE.iter().all(|end| self.beside(earlier, item, end));
        Some(if same { Twin::Same(earlier) } else { Twin::Other(earlier) })
    }

    fn beside(&self, one: &Item, other: &Item, end: &str) -> bool {
        let of = |item: &Item| self.evidence.item(&format!("{}{end}", item.path));
        match (of(one), of(other)) {
            (None, None) => true,
            (one, other) => equal(one, other),
        }
    }
}

impl Twin<'_> {
    /// What is to be told of the item.
    pub fn warning(&self) -> Warning {
        match self {
            Twin::Same(earlier) => Warning::new(
                "same file twice",
                format!(
                    "{} and {} are two names of one folder, and this file is byte for byte {}; it was read there",
                    NAMES.1, NAMES.0, earlier.path
                ),
            ),
            Twin::Other(earlier) => Warning::new(
                "two files at one place",
                format!(
                    "{} and {} are two names of one folder, and yet this file is not equal to {}; both were read",
                    NAMES.1, NAMES.0, earlier.path
                ),
            ),
        }
    }
}

fn equal(one: Option<&Item>, other: Option<&Item>) -> bool {
    match (one.and_then(|item| item.digests.as_ref()), other.and_then(|item| item.digests.as_ref())) {
        (Some(one), Some(other)) => one.sha256 == other.sha256,
        _ => false,
    }
}

/// The path by one name alone; none for a path that has no other. Parts of an app's folder that hold `/data/data/` again are
/// not looked at.
fn place(path: &str) -> Option<Cow<'_, str>> {
    let (one, other) = (path.find(NAMES.0), path.find(NAMES.1));
    match (one, other) {
        (Some(at), other) if other.is_none_or(|other| at < other) => {
            let rest = path.get(at + NAMES.0.len()..)?;
            Some(Cow::Owned(format!("{}{}{rest}", path.get(..at)?, NAMES.1)))
        }
        (_, Some(_)) => Some(Cow::Borrowed(path)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsers::fixtures::item_of;

    #[test]
    fn one_folder_has_two_names() {
        let item = |path: &str, bytes: &str| item_of(path, bytes.as_bytes().to_vec());
        let evidence = Evidence::new(vec![
            item("/p.zip/data/data/app/a.db", "a"),
            item("/p.zip/data/data/app/b.db", "b"),
            item("/p.zip/data/data/app/c.db", "c"),
            item("/p.zip/data/data/app/c.db-wal", "log"),
            item("/p.zip/data/user/0/app/a.db", "a"),
            item("/p.zip/data/user/0/app/b.db", "changed"),
            item("/p.zip/data/user/0/app/c.db", "c"),
            item("/p.zip/data/user/10/app/a.db", "a"),
            item("/q.zip/data/user/0/app/a.db", "a"),
        ]);
        let twins = Twins::new(&evidence, 0..evidence.items().len());
        let of = |index: usize| match twins.of(index) {
            None => ("", ""),
            Some(Twin::Same(item)) => ("same", &*item.path),
            Some(Twin::Other(item)) => ("other", &*item.path),
        };
        assert_eq!([of(0), of(7), of(8)], [("", ""); 3]);
        assert_eq!(of(4), ("same", "/p.zip/data/data/app/a.db"));
        assert_eq!(of(5), ("other", "/p.zip/data/data/app/b.db"));
        // Equal databases of which one has a log say different things.
        assert_eq!(of(6), ("other", "/p.zip/data/data/app/c.db"));
    }

    #[test]
    fn what_is_there_twice_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let settings = |number: &str| format!("<map><string name=\"registration_jid\">{number}</string></map>");
        let put = |path: &str, content: &str| {
            let path = folder.path().join(path).join("com.whatsapp/shared_prefs/com.whatsapp_preferences_light.xml");
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        };
        let read = || {
            let mut rows = Vec::new();
            let (facts, options) = (crate::examine::ExhibitFacts::default(), crate::examine::Options::default());
            let counts =
                crate::examine::examine(folder.path(), &facts, &mut rows, &options, &crate::progress::Silent).unwrap();
            let warnings = rows.iter().filter_map(|(_, row)| match row {
                custodia_model::Row::Warning(warning) => Some(warning.warning.to_string()),
                _ => None,
            });
            let warnings: Vec<String> = warnings.collect();
            let accounts = rows.iter().filter(|(_, row)| matches!(row, custodia_model::Row::Account(_))).count();
            (accounts, warnings, counts.parsed)
        };
        put("data/data", &settings("34600000001"));
        put("data/user/0", &settings("34600000001"));
        assert_eq!(read(), (1, vec!["same file twice".to_owned()], 2));
        put("data/user/0", &settings("34600000002"));
        assert_eq!(read(), (2, vec!["two files at one place".to_owned()], 2));
    }
}
