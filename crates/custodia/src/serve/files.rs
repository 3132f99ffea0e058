//! The page itself: what Vite made of `web/`, inside the program. A program that was built without it says so.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Page;

/// A file by its path, or the page for every path of its own.
pub fn get(path: &str, asked: &HeaderMap) -> Response<Body> {
    let path = path.trim_start_matches('/');
    let there = !path.is_empty() && Page::get(path).is_some() && !packed(path);
    // What looks like a file and is none must not be answered by the page: a script that is HTML helps nobody.
    if !there && path.starts_with("assets/") {
        return text(StatusCode::NOT_FOUND, "There is no such file.");
    }
    let name = if there { path } else { "index.html" };
    let accepts = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let forms = [("br", ".br"), ("gzip", ".gz"), ("", "")];
    let found =
        forms.iter().filter(|(form, _)| form.is_empty() || accepts.split(',').any(|known| known.trim() == *form));
    let found = found.filter_map(|(form, end)| Some((form, Page::get(&format!("{name}{end}"))?))).next();
    let Some((form, file)) = found else {
        return text(
            StatusCode::NOT_FOUND,
            "This program was built without its page (web/dist). The interface for programs is at /api/openapi.json.",
        );
    };
    let mut response = Response::new(Body::from(file.data.into_owned()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if !form.is_empty() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(form));
    }
    // Names under assets/ bear a digest of their content.
    let keep = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    response
}

fn packed(path: &str) -> bool {
    path.ends_with(".br") || path.ends_with(".gz")
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

/// A plain sentence.
pub fn text(status: StatusCode, says: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{says}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
