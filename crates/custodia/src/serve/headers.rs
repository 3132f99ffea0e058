//! What every answer says to the browser, and which requests are none of ours.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Nothing but this server's own files may run, and nothing may leave.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
    font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The headers of every answer.
pub fn add(headers: &mut HeaderMap) {
    let fixed: [(HeaderName, &str); 7] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), microphone=(), geolocation=(), interest-cohort=()"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// Whether a request was meant for this server. A page of another site can make a browser send one to any address, under any
/// name that it lets resolve to loopback; the name it used stands in `Host`.
pub fn ours(headers: &HeaderMap, port: u16) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let named = |name: &str| host == format!("{name}:{port}");
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
    let from = |origin: &str| {
        let own = |name: &str| origin == format!("http://{name}:{port}");
        own("127.0.0.1") || own("localhost")
    };
    (named("127.0.0.1") || named("localhost")) && origin.is_none_or(from)
}
