//! Which file of the exhibit a message names: by hash, or where it stores none by path, or by name and size.

use std::collections::HashMap;

use super::super::whatsapp::out;
use super::owner;
use crate::evidence::{Evidence, Item};

/// Folders of the messenger and of its Business form, on any kind of shared storage.
const FOLDERS: [&str; 2] = ["/WhatsApp/Media/", "/WhatsApp Business/Media/"];

/// How shared storage is called by apps, and how it lies in a file system. `<N>` is the number of a user.
const SHARED: &[&str] = &["/sdcard/", "/mnt/sdcard/", "/storage/emulated/<N>/", "/data/media/<N>/"];

/// The files of an exhibit as messages may name them.
pub struct Files<'a> {
    evidence: &'a Evidence,
    business: bool,
    user: Option<u32>,
    by_path: Option<HashMap<&'a str, (u8, &'a Item)>>,
}

impl<'a> Files<'a> {
    /// Looks for the files that the database at `path` names.
    pub fn new(evidence: &'a Evidence, path: &str) -> Files<'a> {
        let business = out::service(path) == "whatsapp business";
        Files { evidence, business, user: owner::user(path), by_path: None }
    }

    /// The file with this content; of several copies the one at the stored path.
    pub fn with_sha256(&mut self, sha256: &[u8; 32], stored: Option<&str>) -> Option<&'a Item> {
        let any = self.evidence.with_sha256(sha256)?;
        let same = |item: &&Item| item.digests.is_some_and(|digests| digests.sha256 == *sha256);
        Some(stored.and_then(|path| self.at(path)).filter(same).unwrap_or(any))
    }

    /// The file of this name and size, wherever it lies now.
    pub fn named(&self, path: &str, size: i64) -> Option<&'a Item> {
        self.evidence.with_name_and_size(path, size)
    }

    /// The file at a path as messages store it: `Media/…` below the messenger's folder, or absolute on shared storage.
    pub fn at(&mut self, stored: &str) -> Option<&'a Item> {
        let (evidence, business, user) = (self.evidence, self.business, self.user);
        let by_path = self.by_path.get_or_insert_with(|| index(evidence, business, user));
        let found = match below_media(stored) {
            Some((_, below)) => by_path.get(below),
            None if stored.starts_with("Media/") => by_path.get(stored),
            None => by_path.get(on_shared_storage(stored)?),
        };
        found.map(|(_, item)| *item)
    }
}

/// Every file below a messenger's `Media` folder or on shared storage, by the rest of its path. Two users or two
/// messengers may hold the same rest: the messenger of the database wins, then its user, then the first file.
fn index(evidence: &Evidence, business: bool, user: Option<u32>) -> HashMap<&str, (u8, &Item)> {
    let mut by_path: HashMap<&str, (u8, &Item)> = HashMap::new();
    for item in evidence.items() {
        let (own, rest) = match below_media(&item.path) {
            Some((of_business, below)) => (of_business == business, below),
            None => match on_shared_storage(&item.path) {
                Some(rest) => (false, rest),
                None => continue,
            },
        };
        let near = 2 * u8::from(own) + u8::from(user.is_some() && owner::user(&item.path) == user);
        match by_path.get(rest) {
            Some((known, _)) if *known >= near => {}
            _ => {
                by_path.insert(rest, (near, item));
            }
        }
    }
    by_path
}

/// Whether the path lies below the Business folder, and the path from `Media/` on.
fn below_media(path: &str) -> Option<(bool, &str)> {
    FOLDERS.iter().enumerate().find_map(|(place, folder)| {
        let at = path.rfind(folder)?;
        let below = at + folder.len() - "Media/".len();
        Some((place == 1, path.get(below..)?))
    })
}

/// The path below shared storage, wherever that lies.
fn on_shared_storage(path: &str) -> Option<&str> {
    SHARED.iter().find_map(|root| match root.split_once("<N>") {
        None => path.find(root).and_then(|at| path.get(at + root.len()..)),
        Some((before, _)) => {
            let (_, rest) = path.split_once(before)?;
            let (user, rest) = rest.split_once('/')?;
            (!user.is_empty() && user.len() <= 4 && user.bytes().all(|b| b.is_ascii_digit())).then_some(rest)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Kept;

    fn item(path: &str) -> Item {
        Item {
            path: path.into(),
            size: 1,
            modified: None,
            modified_as_stored: None,
            digests: None,
            content: "image/png",
            head: Vec::new(),
            kept: Kept::No,
        }
    }

    #[test]
    fn stored_paths_find_their_files() {
        let evidence = Evidence::new(vec![
            item("/p.zip/data/media/0/Android/media/com.whatsapp.w4b/WhatsApp Business/Media/WhatsApp Images/a.png"),
            item("/p.zip/data/media/0/Android/media/com.whatsapp/WhatsApp/Media/WhatsApp Images/a.png"),
            item("/p.zip/data/media/10/DCIM/Camera/c.png"),
            item("/p.zip/data/media/0/Download/WhatsApp/Media"),
        ]);
        let mut plain = Files::new(&evidence, "/p.zip/data/data/com.whatsapp/databases/msgstore.db");
        let mut business = Files::new(&evidence, "/p.zip/data/data/com.whatsapp.w4b/databases/msgstore.db");
        let cases = [
            ("Media/WhatsApp Images/a.png", Some(1)),
            ("/storage/emulated/0/WhatsApp/Media/WhatsApp Images/a.png", Some(1)),
            ("/sdcard/DCIM/Camera/c.png", Some(2)),
            ("/storage/emulated/10/DCIM/Camera/c.png", Some(2)),
            ("Media/WhatsApp Images/b.png", None),
            ("/storage/emulated/x", None),
            ("", None),
        ];
        for (stored, wanted) in cases {
            let found = plain.at(stored).map(|item| &*item.path);
            assert_eq!(
                found,
                wanted.and_then(|place: usize| evidence.items().get(place)).map(|item| &*item.path),
                "{stored}"
            );
        }
        let of_users = Evidence::new(vec![
            item("/p.zip/data/media/0/WhatsApp/Media/WhatsApp Images/a.png"),
            item("/p.zip/data/media/10/WhatsApp/Media/WhatsApp Images/a.png"),
        ]);
        let mut second = Files::new(&of_users, "/p.zip/data/user/10/com.whatsapp/databases/msgstore.db");
        let of_second = second.at("Media/WhatsApp Images/a.png").map(|item| &*item.path);
        assert_eq!(of_second, Some("/p.zip/data/media/10/WhatsApp/Media/WhatsApp Images/a.png"));
        let found = business.at("Media/WhatsApp Images/a.png").map(|item| &*item.path);
        assert_eq!(found, evidence.items().first().map(|item| &*item.path));
    }
}
