//! `CallHistory.sqlite`: calls, one row for each other participant.

use custodia_model::tables::Call;
use custodia_model::{Rows, Text};

use super::super::whatsapp::by_id::ById;
use super::super::whatsapp::cell;
use super::super::whatsapp::open;
use super::super::whatsapp::reader::Reader;
use super::super::whatsapp::wanted;
use super::schema::{self, ZWAAGGREGATECALLEVENT, ZWACDCALLEVENT, ZWACDCALLEVENTPARTICIPANT};
use super::storage::Reading;
use super::times::{self, Times};
use super::{codes, container, storage};
use crate::open::sqlite::Cell;
use crate::parsers::{About, File, Marks, Parser, ReadError, database};

const ABOUT: About = About {
    name: "WhatsApp calls on iOS",
    reads: "CallHistory.sqlite of WhatsApp and WhatsApp Business, with CallHistory.sqlite-wal beside it, and databases of any name with such tables",
    tables: &["calls", "warnings"],
    tested: &["calls of two and of a group, with and without aggregates, invented data"],
    gaps: "deleted rows; bytes sent and received; who created a call of a group but for its direction; outcomes that no public \
           reader explains keep their number",
};

/// The parser.
pub struct CallHistory;

impl Parser for CallHistory {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, path: &str, head: &[u8]) -> bool {
        path.rsplit('/').next() == Some("CallHistory.sqlite")
            && (path.contains("whatsapp") || head.starts_with(database::MAGIC))
    }

    fn schemas(&self) -> &'static [Marks] {
        &[&[("ZWACDCALLEVENT", "ZOUTCOME")]]
    }

    fn tells(&self, table: &str) -> bool {
        wanted::is_read(table, schema::CALLS) || schema::is_core_data(table)
    }

    fn read(&self, file: &File<'_>, rows: &mut dyn Rows) -> Result<(), ReadError> {
        let database = database::open(file, rows)?;
        let mut out = storage::out(file, rows);
        open::compare(&database, schema::CALLS, schema::CORE_DATA, &mut out);
        if database.table(ZWACDCALLEVENT::WANTED.table).is_none() {
            out.warn("table absent", "expected a table ZWACDCALLEVENT, found none; it holds no calls of WhatsApp");
        }
        let owner = container::owner(file.evidence, file.path());
        let reading = &mut Reading::new(&database, out, owner, file);
        calls(reading);
        reading.out.tell_early(times::UNIT);
        Ok(())
    }
}

/// A participant of a call, by the call's number.
type Participant = (i64, Text, Option<i64>);

/// Whether calls that are listed as one came in, and whether with pictures.
#[derive(Clone, Copy)]
struct Aggregate {
    incoming: Option<bool>,
    video: Option<bool>,
}

fn calls(reading: &mut Reading<'_>) {
    let aggregates = aggregates(reading);
    let participants = participants(reading);
    reading.each(&ZWACDCALLEVENT::WANTED, |reading, row, place| {
        use ZWACDCALLEVENT as column;
        let id = cell::int(row.get(column::Z_PK)).unwrap_or(row.rowid);
        let mut address = |stored: Cell<'_>| {
            let written = cell::text(stored).filter(|written| written.contains('@'))?;
            reading.jids.written(&written)
        };
        let creator = address(row.get(column::ZGROUPCALLCREATORUSERJIDSTRING));
        let call_group = address(row.get(column::ZGROUPJIDSTRING));
        let aggregate = cell::reference(row.get(column::Z1CALLEVENTS)).and_then(|id| aggregates.get(id)).copied();
        let incoming = aggregate.and_then(|aggregate| aggregate.incoming);
        let own = || creator.is_some() && creator == reading.owner;
        let from_me = incoming.map_or_else(own, |incoming| !incoming);
        let mut times = Times::default();
        let at = times.read("at", row.get(column::ZDATE));
        let code = cell::int(row.get(column::ZOUTCOME));
        let call = Call {
            owner: reading.owner.clone(),
            call_id: cell::filled(row.get(column::ZCALLIDSTRING)),
            // Where no participant is listed, whoever called is one.
            account: creator.filter(|creator| reading.owner.as_ref() != Some(creator)),
            call_group,
            from_me,
            at,
            duration: cell::real(row.get(column::ZDURATION)).map(|seconds| seconds as i64),
            video: aggregate.and_then(|aggregate| aggregate.video),
            code,
            call_result: codes::call_result(code).into(),
            times_as_stored: times.stored(&mut reading.out, &place),
        };
        let from = participants.partition_point(|(call, ..)| *call < id);
        let of_call = participants.get(from..).unwrap_or_default().iter().take_while(|(call, ..)| *call == id);
        let mut any = false;
        for (_, account, result) in of_call {
            any = true;
            let code = result.or(code);
            let call_result = codes::call_result(code).into();
            let row = Call { account: Some(account.clone()), code, call_result, ..call.clone() };
            reading.out.put(&place, row);
        }
        if !any {
            reading.out.put(&place, call);
        }
    });
}

fn aggregates(reading: &mut Reading<'_>) -> ById<Aggregate> {
    use ZWAAGGREGATECALLEVENT as column;
    let mut aggregates = ById::new();
    reading.each(&column::WANTED, |_, row, _| {
        let flag = |column| cell::int(row.get(column)).map(|flag| flag != 0);
        let aggregate = Aggregate { incoming: flag(column::ZINCOMING), video: flag(column::ZVIDEO) };
        aggregates.insert(cell::int(row.get(column::Z_PK)).unwrap_or(row.rowid), aggregate);
    });
    aggregates
}

/// Participants by call, in the order of the table. The owner of the phone is none of the others.
fn participants(reading: &mut Reading<'_>) -> Vec<Participant> {
    use ZWACDCALLEVENTPARTICIPANT as column;
    let mut participants = Vec::new();
    reading.each(&column::WANTED, |reading, row, _| {
        let call = cell::reference(row.get(column::Z1PARTICIPANTS));
        let account = cell::text(row.get(column::ZJIDSTRING)).and_then(|jid| reading.jids.written(&jid));
        if let (Some(call), Some(account)) = (call, account)
            && reading.owner.as_ref() != Some(&account)
        {
            participants.push((call, account, cell::int(row.get(column::ZOUTCOME))));
        }
    });
    participants.sort_by_key(|(call, ..)| *call);
    participants
}
