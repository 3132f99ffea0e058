//! One database on its way into rows: what every reader of one does alike.

use custodia_model::tables::Alias;
use custodia_model::{Text, Time};

use super::out::{Out, Place};
use super::ties::Ties;
use super::wanted::Wanted;
use crate::open::sqlite::{Database, Record};

/// A reader of one database.
pub trait Reader<'a> {
    /// The database.
    fn database(&self) -> &'a Database;
    /// Where rows go.
    fn out(&mut self) -> &mut Out<'a>;
    /// Pairs of addresses that were told.
    fn ties(&mut self) -> &mut Ties;

    /// Walks a table and hands every row with its place to `take`; damage of the walk becomes warnings.
    fn each(&mut self, wanted: &'static Wanted, mut take: impl FnMut(&mut Self, &Record<'_>, Place))
    where
        Self: Sized,
    {
        let database = self.database();
        if database.table(wanted.table).is_none() {
            return;
        }
        let part: Text = wanted.table.into();
        let mut scan = database.scan(wanted.table, wanted.columns);
        while let Some(row) = scan.next() {
            let place = Place { part: part.clone(), row: row.rowid, found: row.found };
            take(self, &row, place);
        }
        self.out().damage(Some(wanted.table), &scan.damage());
    }

    /// Tells that a row names another that is not there.
    #[cold]
    fn missing(&mut self, place: &Place, table: &str, id: i64) {
        let says = format!("table {} names row {id} of table {table}, which does not hold it", place.part);
        self.out().warn_once(place, "reference absent", says);
    }

    /// Puts a number and a hidden identifier that a row names together, once for each word.
    fn tie(&mut self, place: &Place, one: &Text, two: &Text, kind: &'static str) {
        if let Some((account, other)) = self.ties().new_pair(one, two, kind) {
            self.alias(place, &account, &other, kind, None);
        }
    }

    /// Puts two identifiers that a row says are one.
    fn alias(&mut self, place: &Place, account: &Text, other: &Text, kind: &str, at: Option<Time>) {
        if account != other {
            let row = Alias { account: account.clone(), other: other.clone(), alias_kind: kind.into(), at };
            self.out().put(place, row);
        }
    }
}
