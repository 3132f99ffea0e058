//! How a question is answered: a view by its name in order in memory, any other as it is planned, and one that lacks memory again
//! with less beside it.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::DataFrame;

use super::source::direction;
use super::{Questions, asked, sql};
use crate::CaseError;
use crate::kept::Stopped;
use crate::links::{LINKS, Link};
use crate::ordered::Ordered;
use crate::views::{VIEWS, View};

/// Message rows of a case whose views are put in order in memory.
const ORDERED: u64 = 16_000_000;

impl Questions {
    /// Answers a question batch by batch.
    pub(super) fn stream(
        &self,
        question: &str,
        take: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
    ) -> Result<SchemaRef, CaseError> {
        let sql = sql(question)?;
        self.runtime.block_on(async {
            if let Some(schema) = self.in_order(question.trim(), take).await? {
                return Ok(schema);
            }
            let frame = self.frame(&sql).await?;
            let schema = Arc::new(frame.schema().as_arrow().clone());
            let mut given = false;
            let first = give(frame, &mut given, take).await;
            if given || !matches!(first, Err(Stopped::Exhausted)) {
                return first.map(|()| schema).map_err(Stopped::said);
            }
            // A sort takes what is there, and the joins of a view beside it too: one after the other they have enough.
            if self.set_down(&sql).await? {
                match give(self.frame(&sql).await?, &mut given, take).await {
                    Err(Stopped::Exhausted) if !given => {}
                    done => return done.map(|()| schema).map_err(Stopped::said),
                }
            }
            let narrow = self.narrow(&self.frame(&sql).await?);
            let again = give(narrow, &mut given, take).await;
            again.map(|()| schema).map_err(Stopped::said)
        })
    }

    /// Answers a view or link by its name, with its rows put in order here; none where they must be sorted as those of any other
    /// question, by way of the disk.
    async fn in_order(
        &self,
        name: &str,
        take: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
    ) -> Result<Option<SchemaRef>, CaseError> {
        let view = VIEWS.iter().find(|view| view.name == name);
        let link = LINKS.iter().find(|link| link.name == name);
        let Some(order) = view.map(View::order).or(link.map(Link::order)) else { return Ok(None) };
        if self.messages > ORDERED {
            return Ok(None);
        }
        let sql = match view.filter(|view| !view.kept) {
            Some(view) => view.unordered(),
            None => format!("SELECT * FROM {name}"),
        };
        let frame = self.frame(&sql).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let order: Vec<_> = order.split(", ").map(direction).collect();
        let Some(mut ordered) = Ordered::new(&schema, &order) else { return Ok(None) };
        let (mut fits, mut given) = (true, false);
        let mut collect = |batch| match ordered.take(&batch) {
            true => Ok(()),
            false => {
                fits = false;
                Err(CaseError::Case("more rows than memory may hold".into()))
            }
        };
        let taken = give(frame, &mut given, &mut collect).await;
        match taken {
            Err(Stopped::Exhausted) => return Ok(None),
            Err(_) if !fits => return Ok(None),
            done => done.map_err(Stopped::said)?,
        }
        Ok(ordered.give(take)?.then_some(schema))
    }

    /// Puts the rows of the views that a question names into files, where they are not kept anyway; false if there are none.
    async fn set_down(&self, sql: &str) -> Result<bool, CaseError> {
        let mut any = false;
        for (stored, table) in self.named(sql)? {
            let Some(view) = VIEWS.iter().find(|view| !stored && view.name == table && !view.kept) else { continue };
            let _turn = self.turn.lock().await;
            if self.set_down.lock().is_ok_and(|held| held.iter().any(|(name, _)| *name == view.name)) {
                continue;
            }
            let passing = self.pass(view, "asked").await?;
            self.context.deregister_table(view.name).map_err(asked)?;
            self.register_kept(view.name, &passing.0).await?;
            if let Ok(mut held) = self.set_down.lock() {
                held.push((view.name, passing));
            }
            any = true;
        }
        Ok(any)
    }

    /// The same question for one thread. Threads that sort beside each other may leave none of them the memory to merge what
    /// it has put on disk; one alone needs less, and takes longer.
    pub(super) fn narrow(&self, frame: &DataFrame) -> DataFrame {
        // The catalog is there already: a new one would hide all tables.
        let config =
            self.context.copied_config().with_target_partitions(1).with_create_default_catalog_and_schema(false);
        let state = SessionStateBuilder::new_from_existing(self.context.state()).with_config(config).build();
        DataFrame::new(state, frame.logical_plan().clone())
    }
}

/// Hands over the rows of a question as they come; `given` says whether any has been.
async fn give(
    frame: DataFrame,
    given: &mut bool,
    take: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
) -> Result<(), Stopped> {
    use futures::StreamExt;
    let mut stream = frame.execute_stream().await.map_err(Stopped::of)?;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(Stopped::of)?;
        *given = true;
        take(batch).map_err(Stopped::Failed)?;
    }
    Ok(())
}
