//! From HTTP to a route and back. What a route does takes time and blocks, so it runs on threads made for that.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Query, RawPathParams, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method as HttpMethod, Response, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodFilter, get, on};
use serde_json::json;

use super::answer::{Answer, Wrong};
use super::asked::Asked;
use super::routes::{Method, ROUTES, Route};
use super::session::{Session, cookie, cookie_name};
use super::{App, files, gate, headers, progress};

/// Largest body of a request, in bytes.
const LARGEST_BODY: usize = 64 << 10;
/// Longest address, in bytes.
const LONGEST_ADDRESS: usize = 16 << 10;

/// Every route, the page's files, and what stands before all of them.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new().route("/enter", get(enter));
    for route in ROUTES {
        let filter = match route.method {
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
        };
        let handler = move |State(app): State<Arc<App>>,
                            path: RawPathParams,
                            query: Result<Query<Vec<(String, String)>>, axum::extract::rejection::QueryRejection>,
                            headers: HeaderMap,
                            body: Result<Bytes, axum::extract::rejection::BytesRejection>| async move {
            let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let answer = match (query, body) {
                (Ok(Query(query)), Ok(body)) => {
                    let asked = Asked { path, query, body: body.to_vec(), user: String::new() };
                    answered(Arc::clone(&app), route, asked, &headers).await
                }
                (Err(why), _) => Err(Wrong::asked(format!("the query cannot be read: {why}"))),
                (_, Err(_)) => Err(Wrong::new(413, format!("the body is larger than {LARGEST_BODY} bytes"))),
            };
            match answer {
                Ok(Answer::Json(value)) => json_of(200, value.to_string().into_bytes()),
                Ok(Answer::Progress) => progress::events(&app),
                Err(wrong) => refused(&wrong),
            }
        };
        router = router.route(route.path, on(filter, handler));
    }
    router
        .fallback(page)
        .method_not_allowed_fallback(async || {
            refused(&Wrong::new(405, "this address takes another method; see /api/openapi.json"))
        })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(&app), around))
        .with_state(app)
}

/// Asks the gate, then the route.
async fn answered(
    app: Arc<App>,
    route: &'static Route,
    mut asked: Asked,
    headers: &HeaderMap,
) -> Result<Answer, Wrong> {
    let session = session(&app, headers);
    let csrf = headers.get("x-custodia-csrf").and_then(|word| word.to_str().ok());
    let session = gate::pass(session.as_ref(), route, &asked, csrf)?.clone();
    asked.user = session.user.clone();
    let run = tokio::task::spawn_blocking(move || (route.run)(&app, &session, &asked));
    run.await.unwrap_or_else(|_| {
        Err(Wrong::new(500, "answering failed badly: this is a fault of the program, not of the question"))
    })
}

/// Before and after everything: whom a request is for, and what every answer says to the browser.
async fn around(State(app): State<Arc<App>>, request: Request, next: Next) -> Response<Body> {
    let long = request.uri().path_and_query().is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS);
    let mut response = if !headers::ours(request.headers(), app.port) {
        refused(&Wrong::new(403, format!("this request names another host: expected 127.0.0.1:{}", app.port)))
    } else if long {
        refused(&Wrong::new(414, format!("the address is longer than {LONGEST_ADDRESS} bytes")))
    } else {
        next.run(request).await
    };
    headers::add(response.headers_mut());
    response
}

/// Takes a ticket for a session.
async fn enter(State(app): State<Arc<App>>, Query(query): Query<Vec<(String, String)>>) -> Response<Body> {
    let ticket = query.iter().find(|(name, _)| name == "ticket").map_or("", |(_, value)| value);
    let refused = || {
        files::text(
            StatusCode::FORBIDDEN,
            "This link was used already, or it is of another run of the server. Press Enter where `custodia serve` runs for a new one.",
        )
    };
    let Ok(Some(value)) = app.sessions.enter(ticket) else { return refused() };
    let set = format!("{}={value}; HttpOnly; SameSite=Strict; Path=/", cookie_name(app.port));
    let Ok(set) = HeaderValue::from_str(&set) else { return refused() };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response.headers_mut().insert(header::SET_COOKIE, set);
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/"));
    response
}

/// The page and its files, for those with a session.
async fn page(State(app): State<Arc<App>>, method: HttpMethod, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let api = uri.path().starts_with("/api/") || uri.path() == "/api";
    match (session(&app, &headers), api) {
        (None, true) => refused(&Wrong::new(401, "no session: open the link that `custodia serve` printed")),
        (None, false) => files::text(
            StatusCode::UNAUTHORIZED,
            "No session. Open the link that `custodia serve` printed where it runs; press Enter there for a new one.",
        ),
        (Some(_), true) => refused(&Wrong::new(404, "there is no such address; all are in /api/openapi.json")),
        (Some(_), false) if method != HttpMethod::GET && method != HttpMethod::HEAD => {
            refused(&Wrong::new(405, "this address takes GET alone"))
        }
        (Some(_), false) => files::get(uri.path(), &headers),
    }
}

fn session(app: &App, headers: &HeaderMap) -> Option<Session> {
    let name = cookie_name(app.port);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.filter_map(|header| cookie(header, &name)).find_map(|value| app.sessions.of(value))
}

fn json_of(status: u16, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn refused(wrong: &Wrong) -> Response<Body> {
    json_of(wrong.status, json!({"error": wrong.says}).to_string().into_bytes())
}
