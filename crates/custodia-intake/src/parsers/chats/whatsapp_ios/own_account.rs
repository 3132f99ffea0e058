//! The preferences that state the own account, as rows.

use custodia_model::tables::Account;
use custodia_model::{Rows, Text, account};

use super::super::whatsapp::traces::Holder;
use super::container::{self, Preferences};
use crate::parsers::leads::leads;
use crate::parsers::{About, File, Parser, ReadError};

const ABOUT: About = About {
    name: "WhatsApp own account on iOS",
    reads: "group.net.whatsapp.WhatsApp.shared.plist and net.whatsapp.WhatsApp.plist, and those of WhatsApp Business, binary \
            or XML",
    tables: &["accounts", "traces", "warnings"],
    tested: &["binary and XML lists, invented data"],
    gaps: "all preferences but OwnJabberID, LastOwnJabberID, FullUserName, and links and addresses in CurrentStatusText",
};

/// The parser.
pub struct OwnAccount;

impl Parser for OwnAccount {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, _head: &[u8]) -> bool {
        container::is_preferences(path)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let preferences = Preferences::read(file.item).map_err(ReadError::Not)?;
        let service: Text = container::service(file.evidence, file.path()).into();
        let Preferences { own, last, name, status } = &preferences;
        let other = last.as_ref().filter(|last| own.is_some() && own.as_ref() != Some(*last));
        // The name is that of the account in use.
        for (account, name) in [(preferences.account(), name.as_ref()), (other, None)] {
            let Some(account) = account else { continue };
            let row = Account {
                account: account.clone(),
                service: service.clone(),
                phone: account::phone(account).map(Text::from),
                name: name.cloned(),
                name_kind: name.map(|_| "push name".into()),
                own: true,
            };
            rows.put(file.whole(), row.into());
        }
        if let Some(status) = status {
            let holder = Holder { owner: preferences.account(), ..Holder::default() };
            for lead in leads(status) {
                let written = status.get(lead.range).unwrap_or_default().into();
                rows.put(file.whole(), holder.trace(lead.kind.as_str(), lead.value.into(), written).into());
            }
        }
        Ok(())
    }
}
