//! `torrc`, the settings of a Tor client or service.
//!
//! Source: the manual page of Tor. One option a line, in any case, `#` begins a comment, a backslash at the end joins the next line.

use custodia_model::Rows;

use super::{Out, name_of, text};
use crate::parsers::{About, File, Parser, ReadError};

/// Reads `torrc` and `torrc-defaults`.
pub struct Torrc;

const ABOUT: About = About {
    name: "Tor settings",
    reads: "torrc, torrc-defaults and copies whose names begin so",
    tables: &["device_facts", "traces", "warnings"],
    tested: &["settings of a client with bridges and of a service, invented data"],
    gaps: "options that name neither a service, a way into the network, a country nor a folder; files that `%include` names",
};

/// Options that are taken, with the names that stand in the rows.
const OPTIONS: &[&str] = &[
    "HiddenServiceDir",
    "HiddenServicePort",
    "HiddenServiceVersion",
    "HiddenServiceAuthorizeClient",
    "HiddenServiceNonAnonymousMode",
    "HidServAuth",
    "ClientOnionAuthDir",
    "DataDirectory",
    "Bridge",
    "UseBridges",
    "ClientTransportPlugin",
    "EntryNodes",
    "ExitNodes",
    "ExcludeNodes",
    "ExcludeExitNodes",
    "StrictNodes",
    "SocksPort",
    "ControlPort",
    "TransPort",
    "DNSPort",
    "HTTPSProxy",
    "Socks4Proxy",
    "Socks5Proxy",
    "MapAddress",
    "ORPort",
    "BridgeRelay",
    "Nickname",
    "ContactInfo",
];

/// Lines that one option may go over.
const JOINED: usize = 100;

impl Parser for Torrc {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        let name = name_of(path);
        (name == "torrc" || name.starts_with("torrc-") || name.starts_with("torrc."))
            && std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let text = text(file, rows)?;
        let mut out = Out::new(file, rows);
        let mut lines = text.lines().enumerate();
        while let Some((nth, line)) = lines.next() {
            let at = out.at_line(nth + 1);
            let mut whole = line.to_owned();
            let mut joined = 0;
            while whole.ends_with('\\') && joined < JOINED {
                whole.pop();
                let Some((_, next)) = lines.next() else { break };
                whole.push_str(next);
                joined += 1;
            }
            // A name in a comment is a name too.
            out.traces(&at, &whole);
            let set = whole.split('#').next().unwrap_or_default().trim();
            let Some((option, value)) = set.split_once(char::is_whitespace) else { continue };
            let option = option.trim_start_matches(['+', '/']);
            if let Some(known) = OPTIONS.iter().find(|known| known.eq_ignore_ascii_case(option)) {
                out.fact(at, &format!("torrc {known}"), value);
            }
        }
        Ok(())
    }
}
