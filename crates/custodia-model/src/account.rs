//! Identifiers of accounts and groups as messengers write them.
//!
//! Source of the forms: WhatsApp JIDs, `user.agent:device@server`; legacy group addresses
//! `<creator's number>-<unix seconds>@g.us`, new ones 18 digits beginning `120363`.

use crate::Time;

/// Server part of an account that is a phone number.
pub const PHONE_SERVER: &str = "s.whatsapp.net";
/// Server part of an account that hides its number.
pub const LID_SERVER: &str = "lid";
/// Server part of a group.
pub const GROUP_SERVER: &str = "g.us";

/// The account without agent and device: `34600000001.0:12@s.whatsapp.net` is `34600000001@s.whatsapp.net`.
/// Text without `@` or with an empty user is no account.
pub fn normalise(address: &str) -> Option<String> {
    let (user, server) = address.trim().rsplit_once('@')?;
    let user = match server {
        PHONE_SERVER | LID_SERVER | "hosted.lid" | "hosted" | "c.us" => user.split([':', '.']).next().unwrap_or(user),
        _ => user,
    };
    let server = if server == "c.us" { PHONE_SERVER } else { server };
    (!user.is_empty() && !server.is_empty()).then(|| format!("{user}@{server}"))
}

/// The number of a phone account in international form, `+34600000001`; none for every other kind of address.
pub fn phone(account: &str) -> Option<String> {
    let (user, server) = account.rsplit_once('@')?;
    let digits =
        user.len() >= 5 && user.len() <= 15 && user.bytes().all(|b| b.is_ascii_digit()) && !user.starts_with('0');
    (server == PHONE_SERVER && digits).then(|| format!("+{user}"))
}

/// What an address names.
pub fn chat_kind(address: &str) -> &'static str {
    match address.rsplit_once('@') {
        Some(("status", "broadcast") | (_, "status")) => "status",
        Some((_, "broadcast")) => "broadcast",
        Some((_, GROUP_SERVER)) => "group",
        Some((_, "newsletter")) => "channel",
        Some((_, PHONE_SERVER | LID_SERVER | "hosted" | "hosted.lid" | "bot" | "c.us")) => "person",
        _ => "other",
    }
}

/// The account whose status messages stand under an address `<number>@status`, as WhatsApp on iOS files them. Longer numbers than
/// any country's may be hidden identifiers, and are none.
pub fn of_status(address: &str) -> Option<String> {
    let number = address.strip_suffix("@status").filter(|number| number.len() <= 13)?;
    let account = format!("{number}@{PHONE_SERVER}");
    phone(&account).is_some().then_some(account)
}

/// Creator's account and creation time, readable in a legacy group address alone.
pub fn legacy_group(address: &str) -> Option<(String, Time)> {
    let (user, server) = address.rsplit_once('@')?;
    let (creator, seconds) = user.split_once('-')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if server != GROUP_SERVER || creator.len() < 5 || seconds.len() != 10 || !digits(creator) || !digits(seconds) {
        return None;
    }
    Some((format!("{creator}@{PHONE_SERVER}"), Time::from_unix_s(seconds.parse().ok()?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_parts_go() {
        let cases = [
            ("34600000001@s.whatsapp.net", Some("34600000001@s.whatsapp.net")),
            ("34600000001.0:12@s.whatsapp.net", Some("34600000001@s.whatsapp.net")),
            ("123456789012345:3@lid", Some("123456789012345@lid")),
            ("34600000001-1445147498@g.us", Some("34600000001-1445147498@g.us")),
            ("34600000001@c.us", Some("34600000001@s.whatsapp.net")),
            ("@lid", None),
            ("", None),
        ];
        for (given, wanted) in cases {
            assert_eq!(normalise(given).as_deref(), wanted, "{given}");
        }
    }

    #[test]
    fn legacy_addresses_tell_creator_and_time() {
        let (creator, at) = legacy_group("15551234567-1445147498@g.us").unwrap();
        assert_eq!(creator, "15551234567@s.whatsapp.net");
        assert_eq!(at.to_string(), "2015-10-18T05:51:38.000Z");
        assert_eq!(legacy_group("120363041234567890@g.us"), None);
        assert_eq!([chat_kind("status@broadcast"), chat_kind("34600000002@status")], ["status"; 2]);
        assert_eq!(of_status("34600000002@status").as_deref(), Some("34600000002@s.whatsapp.net"));
        assert_eq!(of_status("123456789012345@status"), None);
        assert_eq!(of_status("status@broadcast"), None);
        assert_eq!(phone("0@s.whatsapp.net"), None);
        assert_eq!(phone("123456789012345@lid"), None);
    }
}
