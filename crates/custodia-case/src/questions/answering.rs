//! How a question is answered: in order in memory where the house decides the order, any other as it is planned, and one that
//! lacks memory again with less beside it.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::DataFrame;

use super::settled::{is_open, settled};
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
    /// Answers a question batch by batch, its rows in one order.
    pub(super) fn stream(
        &self,
        question: &str,
        take: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
    ) -> Result<SchemaRef, CaseError> {
        let sql = sql(question)?;
        self.runtime.block_on(async {
            match self.in_order(question.trim(), &sql, take).await? {
                Some(schema) => Ok(schema),
                None => self.planned(&sql, settled, take).await,
            }
        })
    }

    /// Answers a question batch by batch, for those to whom it is all the same in which order rows come that it leaves open.
    pub(super) fn as_they_come(
        &self,
        question: &str,
        take: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
    ) -> Result<SchemaRef, CaseError> {
        let sql = sql(question)?;
        let order = |plan: LogicalPlan| if is_open(&plan) { Ok(plan) } else { settled(plan) };
        self.runtime.block_on(self.planned(&sql, order, take))
    }

    /// Answers SQL as it is planned, once more with less beside it where memory was lacking.
    async fn planned(
        &self,
        sql: &str,
        order: impl Fn(LogicalPlan) -> Result<LogicalPlan, DataFusionError>,
        take: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
    ) -> Result<SchemaRef, CaseError> {
        let planned = || async {
            let (state, plan) = self.frame(sql).await?.into_parts();
            Ok::<_, CaseError>(DataFrame::new(state, order(plan).map_err(asked)?))
        };
        let frame = planned().await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let mut given = false;
        let first = give(frame, &mut given, take).await;
        if given || !matches!(first, Err(Stopped::Exhausted)) {
            return first.map(|()| schema).map_err(Stopped::said);
        }
        // A sort takes what is there, and the joins of a view beside it too: one after the other they have enough.
        if self.set_down(sql).await? {
            match give(planned().await?, &mut given, take).await {
                Err(Stopped::Exhausted) if !given => {}
                done => return done.map(|()| schema).map_err(Stopped::said),
            }
        }
        let narrow = self.narrow(&planned().await?);
        let again = give(narrow, &mut given, take).await;
        again.map(|()| schema).map_err(Stopped::said)
    }

    /// Answers a view or link by its name, or SQL that leaves the order of its rows open, with the rows put in order here; none
    /// where they must be sorted as those of any other question, by way of the disk.
    async fn in_order(
        &self,
        name: &str,
        sql: &str,
        take: &mut dyn FnMut(RecordBatch) -> Result<(), CaseError>,
    ) -> Result<Option<SchemaRef>, CaseError> {
        if self.messages() > ORDERED {
            return Ok(None);
        }
        let view = VIEWS.iter().find(|view| view.name == name);
        let order = view.map(View::order).or(LINKS.iter().find(|link| link.name == name).map(Link::order));
        let frame = match (order.is_some(), view.filter(|view| !view.kept)) {
            (true, Some(view)) => self.frame(&view.unordered()).await?,
            (true, None) => self.frame(&format!("SELECT * FROM {name}")).await?,
            (false, _) => self.frame(sql).await?,
        };
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let ordered = match order {
            Some(order) => Ordered::new(&schema, &order.split(", ").map(direction).collect::<Vec<_>>()),
            None if is_open(frame.logical_plan()) => Ordered::by_all(&schema),
            None => None,
        };
        let Some(mut ordered) = ordered else { return Ok(None) };
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
            self.register_kept(view.name, &passing.0)?;
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
