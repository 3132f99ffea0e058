//! Views and links are built when a question first names them: each after all that it names itself, and those that do not need each
//! other beside each other.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::DataFusionError;

use super::beside::beside;
use super::{PERSONS, Questions, asked, in_part};
use crate::CaseError;
use crate::kept::{Keeping, Stopped, is_whole, keep, parquet_table, rows_of};
use crate::links::{Inputs, LINKS, Link, Part, Rule};
use crate::views::{VIEWS, View, written_out};

/// Message rows that a rule takes in one part.
const PART: u64 = 6_000_000;
/// Message rows that are enough to compare clocks.
const SAMPLE: u64 = 1_000_000;
/// The table whose rows are copies of messages.
const COPIES: &str = "messages";

/// Is told of each view and link when it is begun and when it is done.
pub type Watch<'a> = &'a (dyn Fn(&'static str, Step) + Sync);

/// What is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    /// It is being built.
    Begun,
    /// It is there.
    Done,
}

/// A view or link that was asked for ahead.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Its name.
    pub name: &'static str,
    /// Whether there was anything to compute.
    pub computed: bool,
    /// Its rows.
    pub rows: u64,
}

#[derive(Clone, Copy)]
enum What {
    View(&'static View),
    Link(&'static Link),
}

impl What {
    fn find(name: &str) -> Option<What> {
        let link = LINKS.iter().find(|link| link.name == name).map(What::Link);
        link.or_else(|| VIEWS.iter().find(|view| view.name == name).map(What::View))
    }

    fn name(self) -> &'static str {
        match self {
            What::View(view) => view.name,
            What::Link(link) => link.name,
        }
    }

    fn is_kept(self) -> bool {
        match self {
            What::View(view) => view.kept,
            What::Link(_) => true,
        }
    }

    /// The questions that it asks.
    fn asks(self) -> Vec<String> {
        match self {
            What::View(view) => vec![view.sql()],
            What::Link(link) => link.inputs().into_iter().map(|input| written_out(&in_part(input, 0, 1, 1))).collect(),
        }
    }
}

/// Something to be built.
struct Node {
    what: What,
    /// Whether its rows are in the cache, whole.
    whole: bool,
    /// The places of those that it names.
    needs: BTreeSet<usize>,
}

impl Questions {
    /// Computes views and links ahead, with all that they need, where they are kept; those that are not are asked and their rows
    /// counted.
    pub fn prepare(&self, names: &[&str], watch: Watch<'_>) -> Result<Vec<Prepared>, CaseError> {
        let unknown = |name: &str| CaseError::Question(format!("{name:?} is no view of this case"));
        let find = |name: &&str| What::find(name).ok_or_else(|| unknown(name));
        let wanted = names.iter().map(find).collect::<Result<Vec<_>, _>>()?;
        let there = wanted.iter().map(|what| Ok(what.is_kept() && self.kept(what.name())?.exists()));
        let there = there.collect::<Result<Vec<_>, CaseError>>()?;
        let kept = wanted.iter().filter(|what| what.is_kept()).map(|what| what.name().to_owned());
        self.runtime.block_on(self.build(kept, watch))?;
        let mut prepared = Vec::new();
        for (what, there) in wanted.into_iter().zip(there) {
            let name = what.name();
            let rows = if what.is_kept() {
                rows_of(&self.kept(name)?)?
            } else {
                watch(name, Step::Begun);
                let mut rows = 0;
                self.as_they_come(&format!("SELECT * FROM {name}"), &mut |batch| {
                    rows += batch.num_rows() as u64;
                    Ok(())
                })?;
                watch(name, Step::Done);
                rows
            };
            prepared.push(Prepared { name, computed: !there, rows });
        }
        Ok(prepared)
    }

    /// Builds views and links with all that they name, however deep, that are not there yet. Other names are left to who asks.
    pub(super) async fn build(
        &self,
        names: impl IntoIterator<Item = String>,
        watch: Watch<'_>,
    ) -> Result<(), CaseError> {
        let _turn = self.turn.lock().await;
        let mut nodes = Vec::new();
        let (mut places, mut above) = (HashMap::new(), BTreeSet::new());
        for name in names {
            self.add(&name, &mut nodes, &mut places, &mut above)?;
        }
        if nodes.is_empty() {
            return Ok(());
        }
        let _held = nodes.iter().any(|node| !node.whole && node.what.is_kept()).then(|| self.holding.begin());
        let needs: Vec<BTreeSet<usize>> = nodes.iter_mut().map(|node| std::mem::take(&mut node.needs)).collect();
        // Threads of their own: a rule computes for seconds, and must not hold up those that answer.
        beside(&needs, self.builders, &|place, alone| {
            let Node { what, whole, .. } = nodes[place];
            watch(what.name(), Step::Begun);
            let built = self.runtime.block_on(self.build_one(what, whole, alone));
            watch(what.name(), Step::Done);
            match built {
                Err(Stopped::Exhausted) if alone => Err(Stopped::Failed(CaseError::Case(format!(
                    "view {}: it needs more memory than it may take",
                    what.name()
                )))),
                built => built,
            }
        })
    }

    /// Adds a view or link, after all that it names, to what is to be built; says its place.
    fn add(
        &self,
        name: &str,
        nodes: &mut Vec<Node>,
        places: &mut HashMap<&'static str, usize>,
        above: &mut BTreeSet<&'static str>,
    ) -> Result<Option<usize>, CaseError> {
        let Some(what) = What::find(name) else { return Ok(None) };
        if let Some(place) = places.get(what.name()) {
            return Ok(Some(*place));
        }
        if self.context.table_exist(name).map_err(asked)? {
            return Ok(None);
        }
        if !above.insert(what.name()) {
            return Err(CaseError::Case(format!("view {name} asks itself")));
        }
        let whole = what.is_kept() && is_whole(&self.kept(name)?);
        let mut needs = BTreeSet::new();
        if !whole {
            for question in what.asks() {
                for (_, table) in self.named(&question)?.into_iter().filter(|(stored, _)| !stored) {
                    needs.extend(self.add(&table, nodes, places, above)?);
                }
            }
        }
        above.remove(what.name());
        let place = nodes.len();
        nodes.push(Node { what, whole, needs });
        places.insert(what.name(), place);
        Ok(Some(place))
    }

    /// Builds one whose needs are there.
    async fn build_one(&self, what: What, whole: bool, alone: bool) -> Result<(), Stopped> {
        let name = what.name();
        if !what.is_kept() {
            let What::View(view) = what else { return Ok(()) };
            let frame = self.context.sql(&view.sql()).await.map_err(in_view(name))?;
            self.context.register_table(name, frame.into_view()).map_err(asked)?;
            return Ok(());
        }
        let path = self.kept(name)?;
        match what {
            _ if whole => {}
            What::View(view) => self.keep(view, &path, alone).await?,
            What::Link(link) => self.compute(link, &path).await?,
        }
        Ok(self.register_kept(name, &path)?)
    }

    /// Keeps the rows of a view under this path; one that builds alone tries once more with less.
    pub(super) async fn keep(&self, view: &View, path: &Path, alone: bool) -> Result<(), Stopped> {
        let frame = self.context.sql(&view.unordered()).await.map_err(in_view(view.name))?;
        let narrow = self.narrow(&frame);
        match keep(frame, path).await {
            Err(Stopped::Exhausted) if alone => keep(narrow, path).await,
            done => done,
        }
    }

    /// Computes a link, in parts where its questions say so.
    async fn compute(&self, link: &Link, path: &Path) -> Result<(), Stopped> {
        let inputs = link.inputs();
        let all = self.messages().div_ceil(PART).max(1);
        let parts = if link.in_parts() { all } else { 1 };
        let every = self.messages().div_ceil(SAMPLE).max(1);
        let mut kept: Option<Keeping<'_>> = None;
        for part in 0..parts {
            let mut answers = Vec::new();
            for input in &inputs {
                let sql = written_out(&in_part(input, part, parts, every));
                let frame = self.context.sql(&sql).await.map_err(in_view(link.name))?;
                let schema = frame.schema().as_arrow().clone();
                let mut answer = frame.collect().await.map_err(in_view(link.name))?;
                if answer.is_empty() {
                    answer.push(RecordBatch::new_empty(Arc::new(schema)));
                }
                answers.push(answer);
            }
            let mut take = |batch| match &mut kept {
                Some(kept) => kept.write(&batch),
                none => none.insert(Keeping::create(path, &batch.schema())?).write(&batch),
            };
            let (files, reader) = (&self.files, &self.reader);
            let inputs = Inputs { answers: &answers, files, reader, part: Part { part, of: parts }, parts: all, every };
            match link.rule {
                Rule::One(rule) => take(rule(&inputs)?)?,
                Rule::Many(rule) => rule(&inputs, &mut take)?,
            }
        }
        kept.map_or(Ok(()), Keeping::finish)?;
        // Once all that is made of them is kept, nobody asks for the copies again.
        let made = LINKS.iter().filter(|other| other.reads.contains(&COPIES));
        let mut paths = made.map(|other| self.kept(other.name));
        if paths.try_fold(true, |all, path| path.map(|path| all && path.exists()))? {
            self.reader.forget();
        }
        Ok(())
    }

    pub(super) fn register_kept(&self, name: &str, path: &Path) -> Result<(), CaseError> {
        let file = std::fs::File::open(path).map_err(CaseError::io(path, "opening the cache"))?;
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file)
            .map_err(|why| CaseError::Parquet { path: path.into(), why: why.to_string() })?;
        let provider = parquet_table(&crate::schema::plain(reader.schema()), &[path.to_path_buf()])?;
        self.context.register_table(name, provider).map_err(asked)?;
        if name == PERSONS && !self.who.known() {
            self.who.learn(crate::kept::pairs_of(path)?);
        }
        Ok(())
    }
}

/// An error in a view of ours names the view.
fn in_view(name: &'static str) -> impl FnOnce(DataFusionError) -> Stopped {
    move |error| match Stopped::of(error) {
        Stopped::Failed(CaseError::Question(why)) => Stopped::Failed(CaseError::Case(format!("view {name}: {why}"))),
        other => other,
    }
}
