//! The one gate. Whoever asks for anything of the case passes here and nowhere else, so users, roles, slices of countries and
//! the journal of views will stand here. Today the rule is short: who has a session may ask for everything.

use super::answer::Wrong;
use super::asked::Asked;
use super::routes::{Method, Route};
use super::session::Session;

/// Lets a request through, or says why not.
pub fn pass<'a>(
    session: Option<&'a Session>,
    route: &Route,
    asked: &Asked,
    csrf: Option<&str>,
) -> Result<&'a Session, Wrong> {
    let _ = asked;
    let Some(session) = session else {
        return Err(Wrong::new(
            401,
            "no session: open the link that `custodia serve` printed; press Enter there for a new one",
        ));
    };
    if route.method == Method::Post && !csrf.is_some_and(|word| session.vouches(word)) {
        return Err(Wrong::new(
            403,
            "this request changes something and does not bear the session's word in X-Custodia-Csrf; see GET /api/session",
        ));
    }
    Ok(session)
}
