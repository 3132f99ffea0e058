//! The account of the device itself: settings in `shared_prefs`, and the number in `files/me`.

use std::io::Read;

use custodia_model::{Text, account};

use super::super::whatsapp::out;
use crate::bytes::Reader;
use crate::evidence::{Evidence, Item};
use crate::history;
use crate::open::xml::{self, XmlError};

/// Settings files that state the own account, the best first. Business has its own name in two of them.
pub const SETTINGS: &[&str] = &[
    "com.whatsapp_preferences_light.xml",
    "com.whatsapp.w4b_preferences_light.xml",
    "com.whatsapp_preferences.xml",
    "com.whatsapp.w4b_preferences.xml",
    "startup_prefs.xml",
    "registration.RegisterPhone.xml",
    "RegisterPhone.xml",
    "VerifySMS.xml",
];

/// Bytes of `files/me` that are searched for the number.
const ME: u64 = 1 << 16;

/// Digits of a number in international form.
const DIGITS: std::ops::RangeInclusive<usize> = 5..=15;

/// A value of a settings file and its line.
#[derive(Clone, Debug)]
pub struct Setting {
    /// As stored.
    pub value: String,
    /// From 1.
    pub line: u64,
}

/// What one settings file says of the own account.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Country code.
    pub country: Option<Setting>,
    /// National number.
    pub number: Option<Setting>,
    /// The whole number, as registered.
    pub registered: Option<Setting>,
    /// Push name.
    pub name: Option<Setting>,
}

impl Settings {
    /// Reads a settings file as far as it goes.
    pub fn read(bytes: impl Read) -> (Settings, Result<(), XmlError>) {
        let mut settings = Settings::default();
        let result = xml::elements(bytes, |_, element| {
            let Some(name) = element.attribute("name") else { return };
            let place = match name {
                "cc" => &mut settings.country,
                "ph" => &mut settings.number,
                "registration_jid" => &mut settings.registered,
                "push_name" => &mut settings.name,
                _ if name.ends_with("RegisterPhone.country_code") => &mut settings.country,
                _ if name.ends_with("RegisterPhone.phone_number") => &mut settings.number,
                _ => return,
            };
            // Texts stand in the element, numbers in its attribute.
            let value = element.attribute("value").unwrap_or(&element.text).trim();
            if !value.is_empty() && place.is_none() {
                *place = Some(Setting { value: value.to_owned(), line: element.line });
            }
        });
        (settings, result)
    }

    /// The same, with what another file says where this one says nothing.
    pub fn or(self, other: &Settings) -> Settings {
        Settings {
            country: self.country.or_else(|| other.country.clone()),
            number: self.number.or_else(|| other.number.clone()),
            registered: self.registered.or_else(|| other.registered.clone()),
            name: self.name.or_else(|| other.name.clone()),
        }
    }

    /// The account as registered.
    pub fn registered_account(&self) -> Option<Text> {
        let value = &self.registered.as_ref()?.value;
        match value.contains('@') {
            true => account::normalise(value).map(Text::from),
            false => of_number(value),
        }
    }

    /// The account put together from country code and national number.
    pub fn numbered_account(&self) -> Option<Text> {
        of_number(&format!("{}{}", self.country.as_ref()?.value, self.number.as_ref()?.value))
    }

    /// The account, the registered one first.
    pub fn account(&self) -> Option<Text> {
        self.registered_account().or_else(|| self.numbered_account())
    }
}

/// The own account of the app data folder to which a database belongs: `…/databases/msgstore.db` has its settings in
/// `…/shared_prefs/` and its number in `…/files/me`. An extraction may have laid all of them into one folder.
pub fn beside(evidence: &Evidence, database: &str) -> Option<Text> {
    let folder = parent(database);
    let app = parent(folder);
    let mut all = Settings::default();
    for folder in [format!("{app}/shared_prefs"), format!("{folder}/shared_prefs"), folder.to_owned()] {
        all = all.or(&in_folder(evidence, &folder));
    }
    let me = [format!("{app}/files/me"), format!("{folder}/files/me")];
    all.account().or_else(|| me.iter().find_map(|path| evidence.item(path).and_then(in_me)))
}

/// The account in `files/me` of the app to which a folder of settings belongs, where a number that the settings state without a
/// country code is the end of it.
pub fn me_of_app(evidence: &Evidence, settings: &str, number: Option<&Setting>) -> Option<Text> {
    let account = in_me(evidence.item(&format!("{}/files/me", parent(settings)))?)?;
    let ends = |number: &Setting| {
        let digits: String = number.value.chars().filter(char::is_ascii_digit).collect();
        DIGITS.contains(&digits.len()) && account::phone(&account).is_some_and(|phone| phone.ends_with(&digits))
    };
    number.is_none_or(ends).then_some(account)
}

/// The own account to which a database belongs: that of its app data folder; for a copy that the messenger laid on shared storage,
/// that of the data of the same messenger and the same user of the phone; for an earlier state of another database, that of this one;
/// where the path names no user, or one without such
/// data, that on which all data of the messenger agrees.
pub fn of_database(evidence: &Evidence, database: &str) -> Option<Text> {
    let of_original = || beside(evidence, evidence.original(database)?);
    beside(evidence, database).or_else(of_original).or_else(|| of_copy(evidence, database))
}

/// The folders of the messenger's own data.
const APPS: &[&str] = &["/com.whatsapp", "/com.whatsapp.w4b"];

/// Whether a path is that at which the messenger keeps its messages.
pub fn is_own_place(database: &str) -> bool {
    let app = database.strip_suffix("/databases/msgstore.db");
    app.is_some_and(|app| APPS.iter().any(|name| app.ends_with(name)))
}

fn of_copy(evidence: &Evidence, database: &str) -> Option<Text> {
    if !history::is_backup(database) {
        return None;
    }
    let same = |path: &&str| !history::is_backup(path) && out::service(path) == out::service(database);
    let paths = evidence.items().iter().map(|item| &*item.path);
    let mut live: Vec<String> =
        paths.clone().filter(|path| path.ends_with("/msgstore.db")).filter(same).map(str::to_owned).collect();
    // Where copies are all that is left of the messages, the settings beside which they would lie still name the account.
    let settings = paths.filter(|path| parent(path).ends_with("/shared_prefs") || path.ends_with("/files/me"));
    let apps = settings.map(|path| parent(parent(path))).filter(|app| APPS.iter().any(|name| app.ends_with(name)));
    live.extend(apps.map(|app| format!("{app}/databases/msgstore.db")).filter(|path| same(&path.as_str())));
    live.sort_unstable();
    live.dedup();
    let user = user(database);
    let own: Vec<String> = live.iter().filter(|path| user.is_some() && self::user(path) == user).cloned().collect();
    let candidates = if own.is_empty() { live } else { own };
    let mut owners = candidates.into_iter().filter_map(|path| beside(evidence, &path));
    let first = owners.next()?;
    owners.all(|other| other == first).then_some(first)
}

/// How paths name the folders of one user of the phone, before the number.
const USERS: &[&str] = &["/data/user/", "/data/media/", "/storage/emulated/"];

/// How paths name the folders of the first user: its apps' data, and its shared storage (`/sdcard` is `/storage/emulated/0`).
const FIRST: &[&str] = &["/data/data/", "/sdcard/", "/sdcard0/", "/storage/self/primary/", "/storage/emulated/legacy/"];

/// The same where an extraction begins below `/data`.
const USERS_BELOW: &[&str] = &["/user/", "/media/"];
const FIRST_BELOW: &[&str] = &["/data/com.whatsapp/", "/data/com.whatsapp.w4b/"];

/// The number of the user of the phone whose folder a path lies in.
pub fn user(path: &str) -> Option<u32> {
    let numbered = |folders: &[&str]| {
        folders.iter().find_map(|folder| {
            let rest = path.get(path.find(folder)? + folder.len()..)?;
            rest.split('/').next()?.parse().ok()
        })
    };
    let first = |folders: &[&str]| folders.iter().any(|folder| path.contains(folder)).then_some(0);
    let below = || numbered(USERS_BELOW).or_else(|| first(FIRST_BELOW).filter(|_| !path.contains("/Android/data/")));
    numbered(USERS).or_else(|| first(FIRST)).or_else(below)
}

/// What all settings files of a folder say; the best file that says something counts.
pub fn in_folder(evidence: &Evidence, folder: &str) -> Settings {
    let mut all = Settings::default();
    for name in SETTINGS {
        let Some(Ok(bytes)) = evidence.item(&format!("{folder}/{name}")).map(Item::open) else { continue };
        all = all.or(&Settings::read(Reader::new(bytes)).0);
    }
    all
}

/// The account in `files/me`: the number in plain text, in older versions within a Java object. The longest run of
/// digits is the whole number, the shorter ones are its parts.
pub fn in_me(item: &Item) -> Option<Text> {
    let mut bytes = Vec::new();
    Reader::new(item.open().ok()?).take(ME).read_to_end(&mut bytes).ok()?;
    let runs = bytes.split(|byte| !byte.is_ascii_digit()).filter(|run| DIGITS.contains(&run.len()));
    // The first of the longest, not the last.
    let longest = runs.reduce(|longest, run| if run.len() > longest.len() { run } else { longest })?;
    of_number(std::str::from_utf8(longest).ok()?)
}

/// The folder of a path.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn of_number(written: &str) -> Option<Text> {
    let digits: String = written.chars().filter(char::is_ascii_digit).take(32).collect();
    DIGITS.contains(&digits.len()).then(|| format!("{digits}@{}", account::PHONE_SERVER).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsers::fixtures::item_of;

    #[test]
    fn whose_folder_a_path_lies_in() {
        for (path, number) in [
            ("/data/data/com.whatsapp/databases/msgstore.db", Some(0)),
            ("/data/user/999/com.whatsapp/databases/msgstore.db", Some(999)),
            ("/p.zip/data/media/10/WhatsApp/Databases/msgstore-2024-03-01.1.db", Some(10)),
            ("/storage/emulated/0/WhatsApp/Databases/msgstore-2024-03-01.1.db", Some(0)),
            ("/sdcard/WhatsApp/Databases/msgstore-2024-03-01.1.db", Some(0)),
            ("/mnt/sdcard/WhatsApp/Databases/msgstore-2024-03-01.1.db", Some(0)),
            ("/p.zip/user/10/com.whatsapp/databases/msgstore.db", Some(10)),
            ("/p.zip/data/com.whatsapp/databases/msgstore.db", Some(0)),
            ("/p.zip/media/10/Android/media/com.whatsapp/WhatsApp/Media/a.jpg", Some(10)),
            ("/user/7/p.zip/data/data/com.whatsapp/databases/msgstore.db", Some(0)),
            ("/export/WhatsApp/Databases/msgstore-2024-03-01.1.db", None),
            ("/export/Android/data/com.whatsapp/files/a", None),
        ] {
            assert_eq!(user(path), number, "{path}");
        }
    }

    /// Of a phone with two users, shared storage under its own name is that of the first.
    #[test]
    fn copies_of_two_users() {
        let settings =
            |number: &str| format!("<map><string name=\"registration_jid\">{number}</string></map>").into_bytes();
        let mut items = Vec::new();
        for (folder, number) in [("/data/data", "34600000001"), ("/data/user/999", "34600000002")] {
            let app = format!("{folder}/com.whatsapp");
            items.push(item_of(&format!("{app}/databases/msgstore.db"), Vec::new()));
            items.push(item_of(&format!("{app}/shared_prefs/{}", SETTINGS[0]), settings(number)));
        }
        let evidence = Evidence::new(items);
        for (folder, number) in [
            ("/sdcard", Some("34600000001@s.whatsapp.net")),
            ("/mnt/sdcard", Some("34600000001@s.whatsapp.net")),
            ("/data/media/999", Some("34600000002@s.whatsapp.net")),
            ("/export", None),
        ] {
            let copy = format!("{folder}/WhatsApp/Databases/msgstore-2024-03-01.1.db");
            assert_eq!(of_database(&evidence, &copy).as_deref(), number, "{folder}");
        }
    }
}
