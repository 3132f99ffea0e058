//! Who may ask: a ticket that is good once makes a session, and a session is a cookie that scripts cannot read, with a word
//! that only the page of this server can read and that everything which changes something must bear.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use custodia_trust::{KeyError, secret_word};

/// Tickets that may wait to be used, and sessions that may be open, at a time: the oldest goes.
const MOST: usize = 256;

/// Tickets and sessions of this run; nothing of them is kept.
pub struct Sessions {
    user: String,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    tickets: Vec<String>,
    sessions: BTreeMap<u64, (String, Session)>,
    next: u64,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The word that a request which changes something bears.
    pub csrf: String,
    /// Who it is, for the journal.
    pub user: String,
}

impl Sessions {
    /// None yet.
    pub fn new(user: String) -> Sessions {
        Sessions { user, held: Mutex::default() }
    }

    /// A new ticket.
    pub fn ticket(&self) -> Result<String, KeyError> {
        let ticket = secret_word()?;
        let mut held = self.held();
        held.tickets.push(ticket.clone());
        if held.tickets.len() > MOST {
            held.tickets.remove(0);
        }
        Ok(ticket)
    }

    /// Takes a ticket for a session's cookie. A ticket that is wrong or was used gives nothing.
    pub fn enter(&self, ticket: &str) -> Result<Option<String>, KeyError> {
        let (cookie, csrf) = (secret_word()?, secret_word()?);
        let mut held = self.held();
        let Some(place) = held.tickets.iter().position(|known| equal(known, ticket)) else { return Ok(None) };
        held.tickets.remove(place);
        let number = held.next;
        held.next += 1;
        held.sessions.insert(number, (cookie.clone(), Session { csrf, user: self.user.clone() }));
        if held.sessions.len() > MOST {
            held.sessions.pop_first();
        }
        Ok(Some(cookie))
    }

    /// The session of a cookie.
    pub fn of(&self, cookie: &str) -> Option<Session> {
        let held = self.held();
        held.sessions.values().find(|(known, _)| equal(known, cookie)).map(|(_, session)| session.clone())
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// Whether a request bears the session's word.
    pub fn vouches(&self, word: &str) -> bool {
        equal(&self.csrf, word)
    }
}

/// Whether two words are one, in a time that does not tell how much of them is.
fn equal(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// Name of the cookie: browsers do not part cookies by port, so the name does.
pub fn cookie_name(port: u16) -> String {
    format!("custodia-{port}")
}

/// The value of a cookie in the header that bears all of them.
pub fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_good_once() {
        let sessions = Sessions::new("a".into());
        let ticket = sessions.ticket().unwrap();
        assert_eq!(sessions.enter("").unwrap(), None);
        let entered = sessions.enter(&ticket).unwrap().unwrap();
        assert_eq!(sessions.enter(&ticket).unwrap(), None);
        assert_eq!(sessions.of(&entered).unwrap().user, "a");
        assert_eq!(sessions.of("other"), None);
        assert_eq!(cookie("x=1; custodia-8=2", "custodia-8"), Some("2"));
    }
}
