//! The page's server: one case, one machine, loopback alone. Every route stands in one list (`routes.rs`), from which the
//! router and the OpenAPI document are made, and every request to it passes one gate (`gate.rs`).

mod answer;
mod asked;
mod decisions;
mod files;
mod gate;
mod graph;
mod headers;
mod http;
mod once;
mod openapi;
mod opened;
mod operation;
mod progress;
mod routes;
mod rows;
mod search;
mod session;
mod source;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use custodia_intake::secrets::Secrets;

use crate::failure::Failure;
use once::Once;
pub use opened::Opened;
use session::Sessions;

/// Makes something ahead; says whether it had to be made.
type Prepare = fn(&App, &Opened, &str) -> Result<bool, Failure>;

/// What is made ahead, in this order.
pub const PREPARED: &[(&str, Prepare)] = &[
    ("devices", view),
    ("evidence.devices", view),
    ("completeness", view),
    ("warnings", view),
    ("decisions", view),
    ("members", view),
    ("messages", view),
    ("groups", view),
    ("accounts", view),
    ("countries", view),
    ("operation", glance),
    ("account_countries", view),
    ("country_reasons", view),
    ("conflicts", view),
    ("group_facts", view),
    ("member_facts", view),
    ("stays", view),
    ("roles", view),
    ("invitations", view),
    ("invitation_tree", view),
    ("doors", view),
    ("link_entries", view),
    ("invite_links", view),
    ("ties", view),
    ("graph", persons),
    ("search", index),
    ("shares", view),
    ("first_shares", view),
    ("known_files", view),
    ("known_hits", view),
    ("ledger", view),
    ("carriers", view),
    ("leads", view),
    ("aliases", view),
    ("persons", view),
    ("device_links", view),
    ("clock_offsets", view),
    ("differences", view),
    ("absent", view),
    ("absences", view),
    ("evidence.accounts", view),
    ("evidence.chats", view),
    ("evidence.files", view),
    ("presence", view),
];

fn view(_: &App, opened: &Opened, name: &str) -> Result<bool, Failure> {
    Ok(opened.pages.prepare(name)?)
}

/// Threads that may wait for an answer of the case at a time; requests beyond them queue.
const WAITING: usize = 64;

/// What every request sees.
pub struct App {
    /// The case as it is open now.
    pub cases: opened::Cases,
    /// Who may ask.
    pub sessions: Sessions,
    /// Where it listens.
    pub port: u16,
    /// The graph of persons.
    persons: Once<graph::Persons>,
    /// The index of texts.
    index: Once<custodia_case::search::Index>,
    /// The operation at a glance.
    glance: Once<serde_json::Value>,
    /// Files of the evidence that were looked at.
    looked: source::Looked,
}

/// A server that has begun to listen.
pub struct Server {
    runtime: tokio::runtime::Runtime,
    listener: tokio::net::TcpListener,
    app: Arc<App>,
}

impl Server {
    /// Opens the case and listens on loopback; port 0 takes a free one.
    pub fn begin(case: &Path, port: u16, threads: usize, user: String, secrets: Secrets) -> Result<Server, Failure> {
        let cases = opened::Cases::open(case, threads)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .max_blocking_threads(WAITING)
            .enable_all()
            .build()
            .map_err(|why| Failure::Input(format!("the threads of the server cannot be started: {why}")))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = runtime.block_on(tokio::net::TcpListener::bind(address)).map_err(|why| {
            Failure::Input(format!("{address}: cannot listen there: {why}; name another port by --port"))
        })?;
        let port = listener.local_addr().map_err(|why| Failure::Input(why.to_string()))?.port();
        let app = App {
            cases,
            sessions: Sessions::new(user),
            port,
            persons: Once::default(),
            index: Once::default(),
            glance: Once::default(),
            looked: source::Looked::new(secrets),
        };
        Ok(Server { runtime, listener, app: Arc::new(app) })
    }

    /// A link that lets one browser in, once.
    pub fn link(&self) -> Result<String, Failure> {
        link(&self.app)
    }

    /// Serves until the process ends. What pages need is made ahead in a thread of its own, with a line for each.
    pub fn serve(self, prepare: impl FnOnce(Arc<App>) + Send + 'static) -> Result<(), Failure> {
        let app = Arc::clone(&self.app);
        std::thread::spawn(move || prepare(app));
        let router = http::router(Arc::clone(&self.app));
        let served = self.runtime.block_on(async { axum::serve(self.listener, router).await });
        served.map_err(|why| Failure::Input(format!("the server ended: {why}")))
    }

    /// What every request sees.
    pub fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }
}

/// A link that lets one browser in, once.
pub fn link(app: &App) -> Result<String, Failure> {
    let ticket = app.sessions.ticket().map_err(Failure::input)?;
    Ok(format!("http://127.0.0.1:{}/enter?ticket={ticket}", app.port))
}

fn glance(app: &App, opened: &Opened, _: &str) -> Result<bool, Failure> {
    operation::glance(app, opened).map_err(|wrong| Failure::Input(wrong.says))?;
    Ok(true)
}

fn persons(app: &App, opened: &Opened, _: &str) -> Result<bool, Failure> {
    graph::persons(app, opened).map_err(|wrong| Failure::Input(wrong.says))?;
    Ok(true)
}

fn index(app: &App, opened: &Opened, _: &str) -> Result<bool, Failure> {
    search::index(app, opened).map_err(|wrong| Failure::Input(wrong.says))?;
    Ok(true)
}
