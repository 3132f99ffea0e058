//! What lies beside a database: the container of the app, its own account, its files.
//!
//! A full file system names containers by UUIDs, a backup by the group they belong to. The databases lie at the top of the
//! group's container, preferences in `Library/Preferences`, files of messages below `Message`. The app's own sandbox is
//! another container, which may state the account too; early releases kept all there: the databases in `Documents`, files
//! below `Library`. What a container is called stands at its top, in a list of the system's container manager.

use std::io::Read;

use custodia_model::{Text, account};
use plist::Value;

use crate::bytes::Reader;
use crate::evidence::{Evidence, Item};
use crate::open::plist as list;

/// A messenger, its name in rows, and the names of its preferences: the group's and the app's own.
struct App {
    service: &'static str,
    group: &'static str,
    own: &'static str,
    /// Names of its databases in a backup of iTunes: SHA-1 of domain, `-` and path. They name it where the backup's list is
    /// gone.
    ids: [&'static str; 4],
}

/// Both messengers.
const APPS: [App; 2] = [
    App {
        service: "whatsapp",
        group: "group.net.whatsapp.WhatsApp.shared.plist",
        own: "net.whatsapp.WhatsApp.plist",
        ids: [
            "7c7fba66680ef796b916b067077cc246adacf01d",
            "b8548dc30aa1030df0ce18ef08b882cf7ab5212f",
            "1b432994e958845fffe8e2f190f26d1511534088",
            "e794f6ffcc3c222535f47684a63d5178da3c4500",
        ],
    },
    App {
        service: "whatsapp business",
        group: "group.net.whatsapp.WhatsAppSMB.shared.plist",
        own: "net.whatsapp.WhatsAppSMB.plist",
        ids: [
            "724bd3b98b18518b455a87c1f3ac3a0d189c4466",
            "d7246a707f51ddf8b17ee2dddabd9e0a4da5c552",
            "b463f7c4365eefc5a8723930d97928d4e907c603",
            "1b091efd2ab703ddffa4ff846259844545c2aeab",
        ],
    },
];

/// The folder of preferences within a container.
const PREFERENCES: &str = "Library/Preferences";

/// Where all containers of a phone lie.
const CONTAINERS: &str = "/Containers/";

/// The list at the top of every container; its key [`IDENTIFIER`] is the app's or the group's name (phone layout as public
/// readers of full file systems describe it).
const MANAGER: &str = ".com.apple.mobile_container_manager.metadata.plist";

/// See [`MANAGER`].
const IDENTIFIER: &str = "MCMMetadataIdentifier";

/// Whether a path is that of the list that names a container.
pub fn is_name(path: &str) -> bool {
    path.rsplit('/').next() == Some(MANAGER)
}

/// What a container is called, by its list. The error is a sentence.
pub fn name(item: &Item) -> Result<Option<String>, String> {
    Ok(dictionary(item)?.get(IDENTIFIER).and_then(Value::as_string).map(str::to_owned))
}

/// The dictionary that a property list is.
fn dictionary(item: &Item) -> Result<plist::Dictionary, String> {
    let bytes = item.open().map_err(|error| format!("the file could not be read: {error}"))?;
    let mut content = Vec::new();
    let most = list::LARGEST as u64 + 1;
    Reader::new(bytes).take(most).read_to_end(&mut content).map_err(|error| error.to_string())?;
    let says = "expected a dictionary at the top of the property list, found something else";
    list::read(&content)?.into_dictionary().ok_or_else(|| says.to_owned())
}

/// Whether a path is that of preferences that state the own account.
pub fn is_preferences(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    APPS.iter().any(|app| name == app.group || name == app.own)
}

/// The folder of a path.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The container in which a database lies.
fn container(database: &str) -> &str {
    let folder = parent(database);
    folder.strip_suffix("/Documents").unwrap_or(folder)
}

/// What preferences say of the own account.
#[derive(Clone, Debug, Default)]
pub struct Preferences {
    /// The account in use.
    pub own: Option<Text>,
    /// The account that was in use last.
    pub last: Option<Text>,
    /// Push name.
    pub name: Option<Text>,
    /// What the owner wrote about himself.
    pub status: Option<Text>,
}

impl Preferences {
    /// Reads preferences. The error is a sentence.
    pub fn read(item: &Item) -> Result<Preferences, String> {
        let all = dictionary(item)?;
        let text = |key| all.get(key).and_then(Value::as_string).map(str::trim).filter(|text| !text.is_empty());
        let person = |key| text(key).and_then(person);
        Ok(Preferences {
            own: person("OwnJabberID"),
            last: person("LastOwnJabberID"),
            name: text("FullUserName").map(Text::from),
            status: text("CurrentStatusText").map(Text::from),
        })
    }

    /// The account; the one in use first.
    pub fn account(&self) -> Option<&Text> {
        self.own.as_ref().or(self.last.as_ref())
    }
}

/// A person's account as written; a number alone counts as one on the server of numbers.
fn person(written: &str) -> Option<Text> {
    let address = match written.contains('@') {
        true => account::normalise(written)?,
        false => {
            let digits = written.strip_prefix('+').unwrap_or(written);
            account::normalise(&format!("{digits}@{}", account::PHONE_SERVER))
                .filter(|it| account::phone(it).is_some())?
        }
    };
    (account::chat_kind(&address) == "person").then(|| address.into())
}

/// The messenger of the container in which a file lies: by the names of its folders, by what the container is called, or by
/// the preferences in it.
pub fn service(evidence: &Evidence, path: &str) -> &'static str {
    app(evidence, path).map_or(APPS[0].service, |app| app.service)
}

/// The messenger whose name a path or the name of a container holds.
fn named(text: &str) -> Option<&'static App> {
    let [plain, business] = &APPS;
    if text.contains("WhatsAppSMB") {
        return Some(business);
    }
    if text.contains("net.whatsapp.WhatsApp") {
        return Some(plain);
    }
    let name = text.rsplit('/').next().unwrap_or_default();
    APPS.iter().find(|app| app.ids.contains(&name))
}

fn app(evidence: &Evidence, path: &str) -> Option<&'static App> {
    if let Some(app) = named(path) {
        return Some(app);
    }
    // Preferences themselves lie two folders below the top of their container, and bear its name.
    let folder = container(path);
    let list = evidence.item(&format!("{folder}/{MANAGER}"));
    if let Some(app) = list.and_then(|item| name(item).ok().flatten()).and_then(|name| named(&name)) {
        return Some(app);
    }
    APPS.iter().find(|app| group_preferences(evidence, folder, app).next().is_some())
}

/// Preferences of the group in a container, where they belong and, as some extractions lay them, beside the database.
fn group_preferences<'a>(evidence: &'a Evidence, folder: &str, app: &App) -> impl Iterator<Item = &'a Item> {
    let paths = [app.group, app.own].map(|name| [format!("{folder}/{PREFERENCES}/{name}"), format!("{folder}/{name}")]);
    paths.into_iter().flatten().filter_map(|path| evidence.item(&path))
}

/// The own account of a database: that of its container, or of the container of the database that it is an earlier state of.
pub fn owner(evidence: &Evidence, database: &str) -> Option<Text> {
    own(evidence, database).or_else(|| own(evidence, evidence.original(database)?))
}

/// Whether a database lies at the top of the container of a messenger.
pub fn is_own_place(evidence: &Evidence, database: &str) -> bool {
    app(evidence, database).is_some()
}

/// Whether a database lies in a container that bears the name of its group, as backups have it, and not a number.
pub fn is_of_backup(database: &str) -> bool {
    database.contains("/AppGroup/group.")
}

/// The own account of the container at whose top a database lies. Where its own preferences say nothing, those of the app's
/// sandbox on the same phone count, if there is but one account in them.
fn own(evidence: &Evidence, database: &str) -> Option<Text> {
    let folder = container(database);
    let app = app(evidence, database);
    let apps = || APPS.iter().filter(|other| app.is_none_or(|app| app.service == other.service));
    let beside = apps().flat_map(|app| group_preferences(evidence, folder, app));
    let stated = |item: &Item| Preferences::read(item).ok().and_then(|all| all.account().cloned());
    if let Some(account) = beside.into_iter().find_map(stated) {
        return Some(account);
    }
    // Of two stores whose messengers nothing names, neither has an account that one of them states elsewhere.
    let stores = || evidence.items().iter().filter(|item| item.path.ends_with("/ChatStorage.sqlite"));
    if app.is_none() && stores().any(|item| container(&item.path) != folder) {
        return None;
    }
    let phone = database.find(CONTAINERS).and_then(|at| database.get(..at + CONTAINERS.len()))?;
    let in_sandbox = |item: &&Item| {
        item.path.starts_with(phone)
            && apps()
                .any(|app| parent(&item.path).ends_with(PREFERENCES) && item.path.ends_with(&format!("/{}", app.own)))
    };
    let mut accounts: Vec<Text> = evidence.items().iter().filter(in_sandbox).filter_map(stated).collect();
    accounts.sort();
    accounts.dedup();
    match accounts.as_slice() {
        [account] => Some(account.clone()),
        _ => None,
    }
}

/// The file of the exhibit that a message names by a path below `Message`, in early releases below `Library`. Some
/// extractions lay the folder `Media` beside the database.
pub fn file<'a>(evidence: &'a Evidence, database: &str, stored: &str) -> Option<&'a Item> {
    let stored = stored.trim_start_matches('/');
    let stored = stored.strip_prefix("Message/").unwrap_or(stored);
    let container = container(database);
    let paths = ["Message/", "Library/", ""].map(|folder| format!("{container}/{folder}{stored}"));
    paths.iter().find_map(|path| evidence.item(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messengers_by_paths() {
        let service = |path: &str| named(path).map(|app| app.service);
        for (path, wanted) in [
            ("/b/7c/7c7fba66680ef796b916b067077cc246adacf01d", Some("whatsapp")),
            ("/b/72/724bd3b98b18518b455a87c1f3ac3a0d189c4466", Some("whatsapp business")),
            ("/AppDomainGroup-group.net.whatsapp.WhatsAppSMB.shared/ChatStorage.sqlite", Some("whatsapp business")),
            ("/AppDomainGroup-group.net.whatsapp.WhatsApp.shared/ChatStorage.sqlite", Some("whatsapp")),
            ("/a/ChatStorage.sqlite", None),
        ] {
            assert_eq!(service(path), wanted, "{path}");
        }
    }
}
