//! Whose phone is it: the own account as settings beside the database state it.

use std::io::Read;

use custodia_model::Text;
use custodia_model::account::PHONE_SERVER;

use crate::evidence::{Evidence, Item};
use crate::open::xml;

/// Settings files that state the own account, the most telling first.
pub const FILES: &[&str] = &[
    "com.whatsapp_preferences_light.xml",
    "com.whatsapp.w4b_preferences_light.xml",
    "com.whatsapp_preferences.xml",
    "com.whatsapp.w4b_preferences.xml",
    "startup_prefs.xml",
    "registration.RegisterPhone.xml",
    "RegisterPhone.xml",
    "VerifySMS.xml",
];

/// What one settings file states of the own account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// The account.
    pub account: Option<Text>,
    /// Name that the owner chose.
    pub push_name: Option<Text>,
}

/// The app's data folder that a path lies in: everything before `/databases/`, `/shared_prefs/` or `/files/`.
pub fn app_folder(path: &str) -> Option<&str> {
    ["/databases/", "/shared_prefs/", "/files/"].iter().find_map(|part| path.rfind(part)).map(|at| &path[..at])
}

/// Reads one settings file.
pub fn settings(item: &Item) -> Result<Own, String> {
    let mut bytes = Vec::new();
    let content = item.open().map_err(|why| why.to_string())?;
    crate::bytes::Reader::new(content).take(16 << 20).read_to_end(&mut bytes).map_err(|why| why.to_string())?;
    if item.path.ends_with("/files/me") {
        return Ok(Own { account: number_in(&bytes), push_name: None });
    }
    let entries = xml::preferences(&bytes)?;
    let value = |names: &[&str]| {
        let found = names.iter().find_map(|name| entries.iter().find(|(key, value)| key == name && !value.trim().is_empty()));
        found.map(|(_, value)| value.trim().to_owned())
    };
    let digits = |text: String| {
        let digits: String = text.split('@').next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
        (digits.len() >= 5 && digits.len() <= 15).then_some(digits)
    };
    let register = "com.whatsapp.registration.RegisterPhone.";
    let code = value(&["cc", &format!("{register}country_code")]).unwrap_or_default();
    let national = value(&["ph", &format!("{register}phone_number")]);
    // `registration_jid` is whole; `cc` and `ph` make the same number. A national number alone is no account.
    let whole = value(&["registration_jid"]).and_then(digits);
    let made = national.filter(|_| !code.is_empty()).and_then(|national| digits(format!("{code}{national}")));
    let account = whole.or(made).map(|digits| format!("{digits}@{PHONE_SERVER}").into());
    Ok(Own { account, push_name: value(&["push_name"]).map(Text::from) })
}

/// The own account of the app whose data folder holds this path, over all its settings files.
pub fn find(evidence: &Evidence, path: &str) -> Own {
    let Some(folder) = app_folder(path) else { return Own::default() };
    let mut own = Own::default();
    let paths = FILES.iter().map(|name| format!("{folder}/shared_prefs/{name}")).chain([format!("{folder}/files/me")]);
    for path in paths {
        let Some(found) = evidence.item(&path).and_then(|item| settings(item).ok()) else { continue };
        own.account = own.account.or(found.account);
        own.push_name = own.push_name.or(found.push_name);
    }
    own
}

/// The longest run of 8 to 15 digits: the file holds the number as text, plain or inside a serialised object.
fn number_in(bytes: &[u8]) -> Option<Text> {
    let runs = bytes.get(..bytes.len().min(4096))?.split(|b| !b.is_ascii_digit());
    let run = runs.filter(|run| (8..=15).contains(&run.len())).max_by_key(|run| run.len())?;
    Some(format!("{}@{PHONE_SERVER}", std::str::from_utf8(run).ok()?).into())
}
