//! Encrypted backups of WhatsApp say how the number of their account ends. Where that is not how the number of the account ends
//! to which their rows are put down, it is told.

use custodia_model::tables::Warning;
use custodia_model::{Origin, Rows, account};

use crate::parsers::chats::whatsapp_android::owner;
use crate::walk::Walked;

/// Puts a warning for every backup that names another number.
pub(super) fn compare(walked: &Walked, rows: &mut dyn Rows) {
    for (path, ends) in &walked.number_ends {
        // The file inside bears the name of the backup, and lies below it; whose it is depends on the folders alone.
        let Some(owner) = owner::of_database(&walked.evidence, &format!("{path}/msgstore.db")) else { continue };
        let Some(number) = account::phone(&owner).filter(|number| !number.ends_with(ends.as_str())) else { continue };
        let says = format!(
            "expected the backup of the account {number} that the phone's settings state, found one that says that its number ends in \
             {ends}: it is of another account or of a number before a change; its rows name {owner} as owner all the same"
        );
        rows.put(Origin::file(path.clone()), Warning::new("another account", says).into());
    }
}
