//! Why a backup was not opened, in sentences: no key, a key of the other kind, another key, or a damaged file.

use super::header::{Header, Needs};
use super::{Reach, salts};
use crate::assemblies::Refused;
use crate::assemblies::keys::{Key, Kind};

/// How a key is given.
const GIVE: &str = "give it with --backup-key FILE";

/// Why a backup was not opened by a key that its beginning proves.
pub(super) fn of_right_key(from: &str, reach: Reach) -> Refused {
    let state = match reach {
        Reach::Cut => "its packed content ends before its end, so the file was cut",
        Reach::Broken => "its packed content cannot be unpacked to its end, so it was altered after it was written",
        Reach::Whole => {
            "its packed content unpacks to its end and agrees with the check value in it, so what stands after it, or the header, was \
             altered or cut"
        }
        Reach::Unknown => "its content is not packed, so nothing says whether it was cut or altered",
    };
    Refused::authentication(format!(
        "the key ({from}) is the right one, since the beginning of the content becomes what a backup begins with; yet the content is \
         not authentic: {state}; nothing of it was taken; look for a whole copy of this file"
    ))
}

/// Chooses the sentence. `sum` says whether the MD5 that the backup stores is that of its bytes.
pub(super) fn why(header: Option<&Header>, keys: &[(String, Key)], sum: bool) -> Refused {
    let needs = header.map_or(Needs::Unknown, |header| header.key);
    let needed = match needs {
        Needs::Device => {
            "the file `key` of the account's own phone (158 bytes, data/data/com.whatsapp/files/key) is needed to open it"
        }
        Needs::Root => {
            "the root key is needed to open it: the file `encrypted_backup.key` of the phone (59 bytes, \
             data/data/com.whatsapp/files) or the key of 64 digits that the account's owner was shown; a password does not open it"
        }
        Needs::Unknown => {
            "the file `key` (158 bytes), the file `encrypted_backup.key` (59 bytes) or the key of 64 digits is needed to open it"
        }
    };
    let state = if sum {
        "the MD5 that the backup stores is that of its bytes, so it is as it was written"
    } else {
        "the MD5 that the backup stores is not that of its bytes, so it was altered or cut"
    };
    let fits = |key: &Key, given: bool| match key.kind {
        Kind::Device { .. } => needs != Needs::Root,
        Kind::Root => needs != Needs::Device,
        Kind::Digits => given,
    };
    let tried: Vec<&(String, Key)> = keys.iter().filter(|(from, key)| fits(key, !from.starts_with('/'))).collect();
    if tried.is_empty() {
        let of_other_kind = keys.iter().find(|(_, key)| key.sure()).map(|(from, key)| {
            format!("; {} is at hand ({from}), which is a key of another kind and does not open it", key.name())
        });
        let other = of_other_kind.unwrap_or_default();
        return Refused::encrypted(format!(
            "the backup is encrypted and no key for it is at hand{other}; {needed}; {GIVE}"
        ));
    }
    let own = header.and_then(|header| tried.iter().find(|(_, key)| salts(header, key) == Some(true)));
    let others = header.is_some_and(|header| tried.iter().any(|(_, key)| salts(header, key) == Some(false)));
    if let (Some((from, _)), false) = (own, sum) {
        return Refused::authentication(format!(
            "the key ({from}) bears the salts that the backup names, yet it does not authenticate the content: {state}; nothing \
             of it was taken"
        ));
    }
    let salts = match (own, others) {
        (Some((from, _)), _) => format!("; the key ({from}) bears the salts that the backup names"),
        (None, true) => {
            "; the backup names other salts than the `key` files at hand: those are of another account or another \
                         registration"
                .to_owned()
        }
        (None, false) => String::new(),
    };
    Refused::authentication(format!(
        "none of the {} keys at hand authenticates the content, nothing of it was taken; {state}{salts}; {needed}; {GIVE}",
        tried.len()
    ))
}
