//! Texts within Java-serialised objects, which legacy databases keep in `thumb_image`. The objects are not read, only
//! searched: a path stands in them as a string, byte 0x74, length in two bytes, the bytes (Java Object Serialization
//! Specification, 6.4.2).

use memchr::{memchr_iter, memmem};

/// Bytes of an object that are searched, the longest path, and the most accounts taken.
const SEARCHED: usize = 1 << 16;
const LONGEST: usize = 4096;
const ACCOUNTS: usize = 4096;

/// The first string that is a path as WhatsApp stores it.
pub fn path_in(object: &[u8]) -> Option<&str> {
    let object = object.get(..SEARCHED).unwrap_or(object);
    memchr_iter(0x74, object).find_map(|at| {
        let (length, rest) = object.get(at + 1..)?.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        let text = std::str::from_utf8(rest.get(..length)?).ok()?;
        let path = text.starts_with('/') || text.starts_with("Media/");
        let plain = !text.chars().any(char::is_control);
        (path && plain && length > 2 && length <= LONGEST).then_some(text)
    })
}

/// Every phone account written in the object, in the order in which they stand.
pub fn accounts_in(object: &[u8]) -> impl Iterator<Item = &str> {
    const SERVER: &str = "@s.whatsapp.net";
    let object = object.get(..SEARCHED).unwrap_or(object);
    memmem::find_iter(object, SERVER)
        .filter_map(move |at| {
            let before = object.get(at.saturating_sub(20)..at)?;
            let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
            let account = object.get(at - digits..at + SERVER.len())?;
            if digits < 5 { None } else { std::str::from_utf8(account).ok() }
        })
        .take(ACCOUNTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_texts_and_nothing_else() {
        let path = "/storage/emulated/0/WhatsApp/Media/WhatsApp Images/IMG-20170102-WA0001.jpg";
        let mut object = b"\xac\xed\x00\x05sr\x00\x16com.whatsapp.MediaDatat\x00\x0eLjava/io/File;xpt".to_vec();
        object.extend((path.len() as u16).to_be_bytes());
        object.extend(path.as_bytes());
        object.extend(b"t\x00\x1a34600000001@s.whatsapp.net 44@s.whatsapp.net");
        assert_eq!(path_in(&object), Some(path));
        assert_eq!(accounts_in(&object).collect::<Vec<_>>(), ["34600000001@s.whatsapp.net"]);
        for end in 0..object.len() {
            assert!(path_in(&object[..end]).is_none_or(|found| found == path));
            assert!(accounts_in(&object[..end]).count() <= 1);
        }
        assert_eq!(path_in(b"t"), None);
    }
}
