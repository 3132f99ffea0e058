//! Settings that state the own account.

use custodia_model::Rows;
use custodia_model::tables::Account;

use super::own::{self, FILES};
use super::store::service;
use crate::parsers::{About, File, Parser, ReadError};

/// Settings of the app, `shared_prefs/*.xml` and `files/me`.
pub struct Settings;

const ABOUT: About = About {
    name: "WhatsApp for Android: settings",
    reads: "shared_prefs (com.whatsapp_preferences_light.xml and its predecessors, startup_prefs.xml, RegisterPhone.xml, \
            VerifySMS.xml) and files/me of WhatsApp and WhatsApp Business",
    tables: &["accounts"],
    tested: &["invented settings of 2017 to 2026"],
    gaps: "only the own number and push name are read",
};

impl Parser for Settings {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        let inside = path.contains("com.whatsapp");
        let settings = path.rsplit_once("/shared_prefs/").is_some_and(|(_, name)| FILES.contains(&name));
        inside && (settings || path.ends_with("/files/me"))
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let own = own::settings(file.item).map_err(ReadError::Not)?;
        let Some(account) = own.account else { return Ok(()) };
        let row = Account {
            phone: custodia_model::account::phone(&account).map(Into::into),
            account,
            service: service(file.path()),
            name_kind: own.push_name.is_some().then(|| "push name".into()),
            name: own.push_name,
            owner: true,
        };
        rows.put(file.whole(), row.into());
        Ok(())
    }
}
