//! Which file of the exhibit a message names: by hash, or where it stores none by path, or by name and size.
//!
//! A path says where a file lay for the messenger that wrote it. So it leads to files of that user of the phone and that
//! messenger alone, unless the path itself names another place.

use super::super::whatsapp::out;
use super::owner;
use crate::evidence::{Evidence, Item};

/// Folders of the messenger and of its Business form, on any kind of shared storage.
const FOLDERS: [&str; 2] = ["/WhatsApp/Media/", "/WhatsApp Business/Media/"];

/// How shared storage is called by apps, and how it lies in a file system. `<N>` is the number of a user.
const SHARED: &[&str] = &["/sdcard/", "/mnt/sdcard/", "/storage/emulated/<N>/", "/data/media/<N>/", "/media/<N>/"];

/// Where apps keep what is theirs alone. `<N>` is the number of a user.
const PRIVATE: &[&str] = &["/data/data/", "/data/user/<N>/"];

/// The files of an exhibit as messages may name them.
pub struct Files<'a> {
    evidence: &'a Evidence,
    business: bool,
    user: Option<u32>,
    /// Path of the folder of the messenger's own data in which the database lies.
    app: &'a str,
    by_path: Option<Vec<Place<'a>>>,
}

/// Where a path leads.
pub enum Leads<'a> {
    /// To no file of the exhibit.
    Nowhere,
    /// To one file, or to several of one content.
    To(&'a Item),
    /// To files of different content: nothing says which is meant.
    Unclear(&'a Item, &'a Item),
}

/// A file by the end of its path.
struct Place<'a> {
    /// The path from `Media/` on, or below shared storage.
    rest: &'a str,
    root: Root,
    item: &'a Item,
}

/// What the end of a path hangs on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    /// The messenger's folder, or that of its Business form.
    Messenger { business: bool },
    /// Shared storage.
    Storage,
}

impl<'a> Files<'a> {
    /// Looks for the files that the database at `path` names.
    pub fn new(evidence: &'a Evidence, path: &'a str) -> Files<'a> {
        let business = out::service(path) == "whatsapp business";
        let app = owner::parent(owner::parent(path));
        Files { evidence, business, user: owner::user(path), app, by_path: None }
    }

    /// The file with this content; of several copies one at the stored path.
    pub fn with_sha256(&mut self, sha256: &[u8; 32], stored: Option<&str>) -> Option<&'a Item> {
        let any = self.evidence.with_sha256(sha256)?;
        let same = |item: &&'a Item| item.digests.is_some_and(|digests| digests.sha256 == *sha256);
        let at_path = stored.and_then(|path| {
            let (exact, near) = self.fitting(path);
            exact.into_iter().chain(near).find(same)
        });
        Some(at_path.unwrap_or(any))
    }

    /// The file of this name and size, wherever this user of the phone has it now.
    pub fn named(&self, path: &str, size: i64) -> Option<&'a Item> {
        let item = self.evidence.with_name_and_size(path, size)?;
        let of_other_app = below_media(&item.path).is_some_and(|(business, _)| business != self.business);
        (self.is_of(self.user, item) && !of_other_app).then_some(item)
    }

    /// Where a path as messages store it leads: `Media/…` below the messenger's folder, or absolute.
    pub fn at(&mut self, stored: &str) -> Leads<'a> {
        let (exact, near) = self.fitting(stored);
        let fitting = if exact.is_empty() { near } else { exact };
        let Some((&first, others)) = fitting.split_first() else { return Leads::Nowhere };
        let same = |item: &Item| item.digests.is_some() && item.digests == first.digests;
        match others.iter().find(|item| !same(item)) {
            Some(other) => Leads::Unclear(first, other),
            None => Leads::To(first),
        }
    }

    /// The files exactly at a path as stored, and those at the same place of a messenger's folder that lies elsewhere now.
    fn fitting(&mut self, stored: &str) -> (Vec<&'a Item>, Vec<&'a Item>) {
        // No messenger stores a path that leads up: its end says nothing of where it leads.
        if stored.split('/').any(|part| part == "..") {
            return (Vec::new(), Vec::new());
        }
        if let Some(item) = self.private(stored) {
            return (vec![item], Vec::new());
        }
        let user = number_of_user(stored).or(self.user);
        let exact = on_shared_storage(stored).map(|rest| self.below(Root::Storage, rest, user)).unwrap_or_default();
        let near = match below_media(stored) {
            Some((business, rest)) => self.below(Root::Messenger { business }, rest, user),
            None if stored.starts_with("Media/") => {
                self.below(Root::Messenger { business: self.business }, stored, user)
            }
            None => Vec::new(),
        };
        (exact, near)
    }

    /// The files with this end of their path that this user may have.
    fn below(&mut self, root: Root, rest: &str, user: Option<u32>) -> Vec<&'a Item> {
        let evidence = self.evidence;
        let places = self.by_path.get_or_insert_with(|| index(evidence)).as_slice();
        let from = places.partition_point(|place| place.rest < rest);
        let with_rest = places.get(from..).unwrap_or_default().iter().take(MOST).take_while(|place| place.rest == rest);
        let mut items: Vec<&'a Item> = with_rest.filter(|place| place.root == root).map(|place| place.item).collect();
        items.retain(|item| self.is_of(user, item));
        items
    }

    /// Whether a file may be a user's: a path that names no user may be anybody's.
    fn is_of(&self, user: Option<u32>, item: &Item) -> bool {
        user.is_none() || owner::user(&item.path).is_none_or(|of| Some(of) == user)
    }

    /// The file that a path names within the data of the messenger itself.
    fn private(&self, stored: &str) -> Option<&'a Item> {
        let (user, rest) = PRIVATE.iter().find_map(|root| below(root, stored))?;
        let (app, rest) = rest.split_once('/')?;
        let same_user = self.user.is_none_or(|own| own == user.unwrap_or(0));
        let same_app = self.app.rsplit('/').next() == Some(app);
        if same_user && same_app { self.evidence.item(&format!("{}/{rest}", self.app)) } else { None }
    }
}

/// Files with one end of their path that are looked at: a hostile exhibit may hold any number.
const MOST: usize = 256;

/// Every file below a messenger's `Media` folder or on shared storage, in the order of the rest of its path, and among equal ones in
/// that of the exhibit.
fn index(evidence: &Evidence) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    for item in evidence.items() {
        if let Some((business, rest)) = below_media(&item.path) {
            places.push(Place { rest, root: Root::Messenger { business }, item });
        }
        if let Some(rest) = on_shared_storage(&item.path) {
            places.push(Place { rest, root: Root::Storage, item });
        }
    }
    places.sort_by_key(|place| place.rest);
    places
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
    SHARED.iter().find_map(|root| below(root, path)).map(|(_, rest)| rest)
}

/// The user whom a path as stored names by number: what an app calls `/sdcard` is that of its own user.
fn number_of_user(stored: &str) -> Option<u32> {
    SHARED.iter().find_map(|root| below(root, stored)?.0)
}

/// The number of the user, where `root` has one, and the path below it.
fn below<'p>(root: &str, path: &'p str) -> Option<(Option<u32>, &'p str)> {
    match root.split_once("<N>") {
        None => path.find(root).and_then(|at| Some((None, path.get(at + root.len()..)?))),
        Some((before, _)) => {
            let (_, rest) = path.split_once(before)?;
            let (user, rest) = rest.split_once('/')?;
            let digits = user.len() <= 4 && user.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| user.parse().ok()).flatten().map(|user| (Some(user), rest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Hasher;
    use crate::evidence::Kept;

    fn item(path: &str, content: &str) -> Item {
        Item {
            path: path.into(),
            size: content.len() as u64,
            modified: None,
            modified_as_stored: None,
            digests: Some(Hasher::of(content.as_bytes())),
            content: "image/png",
            head: Vec::new(),
            kept: Kept::No,
        }
    }

    const FIRST: &str = "/p.zip/data/data/com.whatsapp/databases/msgstore.db";
    const TENTH: &str = "/p.zip/data/user/10/com.whatsapp/databases/msgstore.db";
    const MEDIA: &str = "Android/media/com.whatsapp/WhatsApp/Media";

    /// Where paths lead, by the place of the file in the list; 99 where that is not clear.
    fn leads(items: Vec<Item>, database: &str, cases: &[(&str, Option<usize>)]) {
        let evidence = Evidence::new(items);
        let mut files = Files::new(&evidence, database);
        for (stored, wanted) in cases {
            let place = |item: &Item| evidence.items().iter().position(|other| other.path == item.path);
            let found = match files.at(stored) {
                Leads::Nowhere => None,
                Leads::To(item) => place(item),
                Leads::Unclear(..) => Some(99),
            };
            assert_eq!(found, *wanted, "{stored} of {database}");
        }
    }

    #[test]
    fn stored_paths_find_their_files() {
        let items = || {
            vec![
                item(
                    "/p.zip/data/media/0/Android/media/com.whatsapp.w4b/WhatsApp Business/Media/WhatsApp Images/a.png",
                    "b",
                ),
                item(&format!("/p.zip/data/media/0/{MEDIA}/WhatsApp Images/a.png"), "a"),
                item("/p.zip/data/media/0/DCIM/Camera/c.png", "c"),
                item("/p.zip/data/media/0/Download/WhatsApp/Media", "d"),
                item("/p.zip/data/data/com.whatsapp/files/x/e.png", "e"),
                item("/p.zip/data/data/com.other/files/x/e.png", "o"),
            ]
        };
        let cases = [
            ("Media/WhatsApp Images/a.png", Some(1)),
            ("/storage/emulated/0/WhatsApp/Media/WhatsApp Images/a.png", Some(1)),
            // The path itself is that of the other messenger.
            ("/sdcard/WhatsApp Business/Media/WhatsApp Images/a.png", Some(0)),
            ("/sdcard/DCIM/Camera/c.png", Some(2)),
            ("/storage/emulated/0/DCIM/Camera/c.png", Some(2)),
            ("/storage/emulated/10/DCIM/Camera/c.png", None),
            ("/data/data/com.whatsapp/files/x/e.png", Some(4)),
            ("/data/user/0/com.whatsapp/files/x/e.png", Some(4)),
            ("/data/user/10/com.whatsapp/files/x/e.png", None),
            ("/data/data/com.other/files/x/e.png", None),
            ("Media/WhatsApp Images/b.png", None),
            ("/storage/emulated/x", None),
            ("", None),
        ];
        leads(items(), FIRST, &cases);
        let business = "/p.zip/data/data/com.whatsapp.w4b/databases/msgstore.db";
        leads(items(), business, &[("Media/WhatsApp Images/a.png", Some(0))]);
        // What only the other messenger has is not this one's.
        let others = || vec![item("/p.zip/sdcard/WhatsApp Business/Media/WhatsApp Images/w.png", "w")];
        leads(others(), FIRST, &[("Media/WhatsApp Images/w.png", None)]);
        let evidence = Evidence::new(others());
        let files = Files::new(&evidence, FIRST);
        assert!(files.named("Media/WhatsApp Images/w.png", 1).is_none());
    }

    #[test]
    fn the_files_of_another_user_are_not_named() {
        let at = |user: &str, name: &str| format!("/p.zip/{user}/{MEDIA}/WhatsApp Images/{name}");
        let items = || {
            vec![
                item(&at("data/media/0", "a.png"), "first"),
                item(&at("data/media/10", "a.png"), "tenth"),
                item(&at("data/media/0", "b.png"), "first alone"),
                item(&at("sdcard", "c.png"), "first alone too"),
            ]
        };
        let (a, b, c) = ("Media/WhatsApp Images/a.png", "Media/WhatsApp Images/b.png", "Media/WhatsApp Images/c.png");
        leads(items(), FIRST, &[(a, Some(0)), (b, Some(2)), (c, Some(3))]);
        leads(items(), TENTH, &[(a, Some(1)), (b, None), (c, None)]);
        // Nothing says whose it is.
        leads(items(), "/export/msgstore.db", &[(a, Some(99)), (b, Some(2)), (c, Some(3))]);
        // Without the folder `data`.
        let stripped = || items().into_iter().map(|it| item(&it.path.replace("/p.zip/data/", "/p.zip/"), &it.path));
        leads(stripped().collect(), "/p.zip/data/com.whatsapp/databases/msgstore.db", &[(a, Some(0)), (c, Some(3))]);
        leads(stripped().collect(), "/p.zip/user/10/com.whatsapp/databases/msgstore.db", &[(a, Some(1)), (b, None)]);
        let evidence = Evidence::new(items());
        let named = |path| Files::new(&evidence, path).named(b, 11).is_some();
        assert_eq!([named(FIRST), named(TENTH)], [true, false]);
    }

    #[test]
    fn two_contents_at_one_path_leave_it_open() {
        let at = |folder: &str, name: &str| format!("/p.zip/data/media/0/{folder}/WhatsApp Images/{name}");
        let items = || {
            vec![
                item(&at(MEDIA, "a.png"), "one"),
                item(&at("WhatsApp/Media", "a.png"), "two"),
                item(&at(MEDIA, "b.png"), "same"),
                item(&at("WhatsApp/Media", "b.png"), "same"),
            ]
        };
        let cases = [
            ("Media/WhatsApp Images/a.png", Some(99)),
            ("Media/WhatsApp Images/b.png", Some(2)),
            // It lies exactly there.
            ("/sdcard/WhatsApp/Media/WhatsApp Images/a.png", Some(1)),
        ];
        leads(items(), FIRST, &cases);
        let evidence = Evidence::new(items());
        let mut files = Files::new(&evidence, FIRST);
        let two = Hasher::of(b"two").sha256;
        let found = files.with_sha256(&two, Some("Media/WhatsApp Images/a.png")).map(|item| &*item.path);
        assert_eq!(found, Some(&*at("WhatsApp/Media", "a.png")));
    }
}
