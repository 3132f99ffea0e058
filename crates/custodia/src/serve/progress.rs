//! Progress of examinations as events, for as long as somebody listens.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{self, Stream, StreamExt};
use serde_json::{Value as Json, json};

use super::App;
use super::answer::{Answer, Wrong};
use super::asked::Asked;
use super::session::Session;
use crate::watching::told;

/// How often the case's folder is looked at.
const EVERY: Duration = Duration::from_secs(1);

pub fn progress(_: &App, _: &Session, _: &Asked) -> Result<Answer, Wrong> {
    Ok(Answer::Progress)
}

/// What was said last.
#[derive(Default)]
struct Said {
    progress: Option<Json>,
    bundles: Option<usize>,
}

/// Events: `progress` when examinations came on, `bundles` when an exhibit was added.
pub fn events(app: &Arc<App>) -> Response {
    let folder = app.cases.folder().to_path_buf();
    let stream = stream::unfold((folder, Said::default(), true), |(folder, mut said, first)| async move {
        if !first {
            tokio::time::sleep(EVERY).await;
        }
        let events = news(&folder, &mut said).await;
        Some((stream::iter(events), (folder, said, false)))
    });
    let stream: std::pin::Pin<Box<dyn Stream<Item = Result<Event, Infallible>> + Send>> = Box::pin(stream.flatten());
    Sse::new(stream).keep_alive(KeepAlive::default()).into_response()
}

async fn news(folder: &Path, said: &mut Said) -> Vec<Result<Event, Infallible>> {
    let looked: PathBuf = folder.to_path_buf();
    let look = tokio::task::spawn_blocking(move || (Json::from(told(&looked)), bundles(&looked)));
    let Ok((exhibits, bundles)) = look.await else { return Vec::new() };
    let mut events = Vec::new();
    if said.progress.as_ref() != Some(&exhibits) {
        events.push(Ok(Event::default().event("progress").data(json!({"exhibits": exhibits}).to_string())));
        said.progress = Some(exhibits);
    }
    if said.bundles != Some(bundles) {
        events.push(Ok(Event::default().event("bundles").data(json!({"bundles": bundles}).to_string())));
        said.bundles = Some(bundles);
    }
    events
}

fn bundles(case: &Path) -> usize {
    let entries = std::fs::read_dir(case.join("bundles")).into_iter().flatten().flatten();
    entries.filter(|entry| !entry.file_name().to_string_lossy().starts_with('.')).count()
}
