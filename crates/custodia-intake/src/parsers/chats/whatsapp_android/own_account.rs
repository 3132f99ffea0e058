//! The files that state the own account, as rows.

use custodia_model::tables::{Account, Alias, Warning};
use custodia_model::{Rows, Text, account};

use super::super::whatsapp::out;
use super::owner::{self, Setting, Settings};
use crate::parsers::{About, File, Parser, ReadError};

const ABOUT: About = About {
    name: "WhatsApp own account on Android",
    reads: "settings of WhatsApp and WhatsApp Business in shared_prefs (preferences_light, preferences, startup_prefs, \
            RegisterPhone, VerifySMS) and files/me",
    tables: &["accounts", "aliases", "warnings"],
    tested: &["settings of 2017 to 2026 and files/me as plain text and as Java object, invented data"],
    gaps: "all settings but country code, number, registered number and push name",
};

/// The parser.
pub struct OwnAccount;

impl Parser for OwnAccount {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        let name = path.rsplit('/').next().unwrap_or_default();
        // Names that other apps may use too count only in the folder of the app.
        let own_folder = path.split('/').any(|part| part == "com.whatsapp" || part == "com.whatsapp.w4b");
        let settings = owner::SETTINGS.contains(&name) && (own_folder || name.contains("whatsapp"));
        settings || (own_folder && path.ends_with("/files/me"))
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let service: Text = out::service(file.path()).into();
        let own = |account: Text, name: Option<&Setting>| Account {
            phone: account::phone(&account).map(Text::from),
            account,
            service: service.clone(),
            name: name.map(|name| name.value.as_str().into()),
            name_kind: name.map(|_| "push name".into()),
            own: true,
        };
        if file.path().ends_with("/files/me") {
            match owner::in_me(file.item) {
                Some(account) => rows.put(file.whole(), own(account, None).into()),
                None => rows.put(
                    file.whole(),
                    Warning::new("no number", "expected the own number of 5 to 15 digits in files/me, found none")
                        .into(),
                ),
            }
            return Ok(());
        }
        let line: Text = "line".into();
        let (settings, result) = Settings::read(file.reader()?);
        if let Err(error) = result {
            rows.put(file.whole(), Warning::new("truncated", error.to_string()).into());
        }
        // A file may state the name alone; whose name it is then stands beside it.
        let beside = owner::in_folder(file.evidence, owner::parent(file.path()));
        let Settings { number, registered, name, .. } = settings.clone();
        let whole = settings.or(&beside);
        let accounts = (whole.registered_account(), whole.numbered_account());
        let place = registered.or_else(|| number.clone()).or_else(|| name.clone());
        let stated = accounts.0.clone().or(accounts.1.clone());
        let account = stated.or_else(|| owner::me_of_app(file.evidence, owner::parent(file.path()), number.as_ref()));
        if let (None, Some(number)) = (&account, &number) {
            let at = file.at(&line, i64::try_from(number.line).unwrap_or(i64::MAX));
            let says = format!(
                "expected the own number in international form, found {:?} without a country code in this file and beside it: whether it \
                 has one is not known, so no account is stated",
                number.value.chars().take(32).collect::<String>()
            );
            rows.put(at, Warning::new("no country code", says).into());
        }
        if let (Some(account), Some(place)) = (account, place) {
            let line_of = name.as_ref().map_or(place.line, |name| name.line);
            let number = i64::try_from(line_of).unwrap_or(i64::MAX);
            rows.put(file.at(&line, number), own(account.clone(), name.as_ref()).into());
            // Some countries write a mobile number in two ways; the app then stores both.
            if let Some(other) = accounts.1.filter(|other| *other != account) {
                let number = i64::try_from(place.line).unwrap_or(i64::MAX);
                let alias = Alias { account, other, alias_kind: "own account".into(), at: None };
                rows.put(file.at(&line, number), alias.into());
            }
        }
        Ok(())
    }
}
