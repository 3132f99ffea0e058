//! The tables of a bundle. A column name means the same in every table.
//!
//! Every row also bears its origin, the columns of [`ORIGIN`](crate::origin::ORIGIN): exhibit, path through every layer, place in the
//! file, and how the bytes were found.

use crate::macros::tables;
use crate::table::Cell;
pub use crate::table::{Column, ColumnType, Table, TakeCells, Value};
use crate::{Text, Time};

tables! {
    /// An exhibit: what was handed over, by which authority, and how much of it was read.
    devices: Device {
        /// What kind of exhibit it is, as far as its contents tell: `android`, `ios`, `unknown`.
        device_kind: Text,
        /// Reference of the authority that allows the examination.
        authority: Text,
        /// When it was seized.
        seized_at: Option<Time>,
        /// Where it was seized: ISO 3166-1 alpha-2 code as given.
        country_of_seizure: Option<Text>,
        /// Name of the evidence file or folder as handed over.
        source: Text,
        /// How the evidence was handed over: `folder`, or the name of the source that opened it.
        source_kind: Text,
        /// SHA-256 of the evidence file; for a folder, of the sorted list of its files' digests, sizes and paths.
        source_sha256: Text,
        /// Bytes of the evidence as handed over.
        source_bytes: i64,
        /// Items found in the evidence, containers included.
        items: i64,
        /// Items read whole.
        parsed: i64,
        /// Items read in part; each has rows in `warnings`.
        partial: i64,
        /// Items that could not be read; each has rows in `warnings`.
        rejected: i64,
        /// Items among the parsed ones whose digests and kind are known and whose content no parser knows.
        unparsed_kind: i64,
        /// Stored form of the times of this row that are not plain Unix milliseconds: `column=value`, separated by blanks.
        times_as_stored: Option<Text>,
    }

    /// A file of the evidence, containers included.
    files: File {
        /// Size of the content in bytes.
        size: i64,
        /// Last change as the container or file system stored it.
        modified: Option<Time>,
        /// MD5 in lower-case hex.
        md5: Option<Text>,
        /// SHA-1 in lower-case hex.
        sha1: Option<Text>,
        /// SHA-256 in lower-case hex.
        sha256: Option<Text>,
        /// Media type by content, never by name.
        content: Text,
        /// Name of the parser or source that read the content; none when no one knows this kind.
        parser: Option<Text>,
        /// How reading ended: `parsed`, `partial`, `rejected`.
        outcome: Text,
        /// Stored form of the times of this row that are not plain Unix milliseconds: `column=value`, separated by blanks.
        times_as_stored: Option<Text>,
    }

    /// An account as one place of the evidence names it.
    accounts: Account {
        /// Address of the account on its service, device part removed: `34600000001@s.whatsapp.net`, `…@lid`.
        account: Text,
        /// Messenger the account or chat belongs to.
        service: Text,
        /// Number in international form when the address is one: `+34600000001`.
        phone: Option<Text>,
        /// Name as stored.
        name: Option<Text>,
        /// Who gave the name: `phone book`, `push name`, `verified name`, `lid name`, `user name`; `chat name` and `member name` where
        /// a list of chats or members bears it without saying so, `exported name` where an exported chat does.
        name_kind: Option<Text>,
        /// Whether the place says that this is the account of the device itself.
        own: bool,
    }

    /// Two identifiers that the evidence says are one.
    aliases: Alias {
        /// Address of the account on its service, device part removed: `34600000001@s.whatsapp.net`, `…@lid`.
        account: Text,
        /// The other address of the same account.
        other: Text,
        /// What ties the two: `lid map`, `chat account`, `number change`, `identity key`, `own account`, `sending device`,
        /// `participant device`, `user device`, `contact card`.
        alias_kind: Text,
        /// When it happened, by the clock the row names.
        at: Option<Time>,
    }

    /// A conversation as one device stored it.
    chats: Chat {
        /// Account of the device in whose store the row stands, where the evidence names it.
        owner: Option<Text>,
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Text,
        /// Messenger the account or chat belongs to.
        service: Text,
        /// What the address names: `group`, `person`, `broadcast`, `status`, `channel`, `other`.
        chat_kind: Text,
        /// Subject of the group as stored.
        subject: Option<Text>,
        /// Description of the group as stored.
        description: Option<Text>,
        /// When the description was set, as stored.
        described_at: Option<Time>,
        /// Who set the description, as stored.
        described_by: Option<Text>,
        /// Creation time as stored.
        created: Option<Time>,
        /// Creator as stored.
        creator: Option<Text>,
        /// Creator readable in a legacy group address.
        address_creator: Option<Text>,
        /// Creation time readable in a legacy group address.
        address_created: Option<Time>,
        /// Address of the community the group belongs to.
        parent: Option<Text>,
        /// Code of the group's kind as stored.
        group_type: Option<i64>,
        /// Stored form of the times of this row that are not plain Unix milliseconds: `column=value`, separated by blanks.
        times_as_stored: Option<Text>,
    }

    /// A person in a group as one device stored it.
    memberships: Membership {
        /// Account of the device in whose store the row stands, where the evidence names it.
        owner: Option<Text>,
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Text,
        /// Address of the account on its service, device part removed: `34600000001@s.whatsapp.net`, `…@lid`.
        account: Text,
        /// `current` in the participant table, `past` in the table of past participants.
        standing: Text,
        /// `member`, `admin`, `superadmin`.
        role: Option<Text>,
        /// Time of joining as stored.
        since: Option<Time>,
        /// Time of leaving as stored.
        until: Option<Time>,
        /// How it ended: `left`, `removed`.
        ended_by: Option<Text>,
        /// Code of how the person joined, as stored.
        join_method: Option<i64>,
        /// Whether the person was invited and had not yet joined.
        pending: Option<bool>,
        /// Stored form of the times of this row that are not plain Unix milliseconds: `column=value`, separated by blanks.
        times_as_stored: Option<Text>,
    }

    /// A message as one device stored it. Rows of system kind are in `group_events`.
    messages: Message {
        /// Account of the device in whose store the row stands, where the evidence names it.
        owner: Option<Text>,
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Text,
        /// Key of the message within its chat and sender, as stored.
        key: Text,
        /// Key of the message that this row edits or revokes, where it has a key of its own.
        original_key: Option<Text>,
        /// Whether the row is marked as written on this device's account.
        from_me: bool,
        /// Account that sent it; for rows marked `from_me` the account of the device.
        sender: Option<Text>,
        /// Time by the sender's clock.
        sent: Option<Time>,
        /// Time by this device's clock.
        received: Option<Time>,
        /// Time by the server's clock.
        server_received: Option<Time>,
        /// Kind of message: `text`, `image`, `video`, `audio`, `document`, `revoked` …; `message type N` for unknown codes.
        message_kind: Text,
        /// Code of the kind as stored.
        code: i64,
        /// Code of the delivery status as stored.
        status: Option<i64>,
        /// Text as stored.
        text: Option<Text>,
        /// Key of the quoted message.
        quoted_key: Option<Text>,
        /// Sender of the quoted message.
        quoted_sender: Option<Text>,
        /// Text of the quoted message as copied into this one.
        quoted_text: Option<Text>,
        /// Whether the row is marked as forwarded.
        forwarded: bool,
        /// How often it had been forwarded, as stored.
        forward_score: Option<i64>,
        /// Time of the last edit.
        edited_at: Option<Time>,
        /// Time of revocation.
        revoked_at: Option<Time>,
        /// Administrator who revoked it.
        revoked_by: Option<Text>,
        /// Whether the row is marked with a star.
        starred: bool,
        /// Stored form of the times of this row that are not plain Unix milliseconds: `column=value`, separated by blanks.
        times_as_stored: Option<Text>,
        /// Chat of the quoted message, where it is another than that of the row: who answers in private quotes from the group.
        quoted_chat: Option<Text>,
    }

    /// A file that a message names. In rows of part `message_quoted_media` it is the copy that a quote keeps of what another message
    /// named: chat, key, sender and time are those of the quoted message, and nobody shared a file by the quote.
    attachments: Attachment {
        /// Account of the device in whose store the row stands, where the evidence names it.
        owner: Option<Text>,
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Text,
        /// Key of the message within its chat and sender, as stored.
        key: Text,
        /// Key of the message that this row edits or revokes, where it has a key of its own.
        original_key: Option<Text>,
        /// Whether the row is marked as written on this device's account.
        from_me: bool,
        /// Account that sent it; for rows marked `from_me` the account of the device.
        sender: Option<Text>,
        /// Time by the sender's clock.
        sent: Option<Time>,
        /// Kind of message: `text`, `image`, `video`, `audio`, `document`, `revoked` …; `message type N` for unknown codes.
        message_kind: Text,
        /// SHA-256 in lower-case hex.
        sha256: Option<Text>,
        /// SHA-256 of the file before the messenger transcoded it, lower-case hex.
        original_sha256: Option<Text>,
        /// SHA-256 of the encrypted form on the server, lower-case hex.
        encrypted_sha256: Option<Text>,
        /// Path of the file as the message stores it.
        stored_path: Option<Text>,
        /// Name of the file as the message stores it.
        file_name: Option<Text>,
        /// Media type as the message stores it.
        mime: Option<Text>,
        /// Size of the file in bytes as the message stores it.
        stored_size: Option<i64>,
        /// Caption as stored.
        caption: Option<Text>,
        /// Width in pixels as stored.
        width: Option<i64>,
        /// Height in pixels as stored.
        height: Option<i64>,
        /// Duration in seconds as stored.
        duration: Option<i64>,
        /// Whether the row is marked as forwarded.
        forwarded: bool,
        /// How often it had been forwarded, as stored.
        forward_score: Option<i64>,
        /// Whether a file of this evidence is the one named.
        present: bool,
        /// Path of that file in the evidence.
        present_path: Option<Text>,
        /// What tied them: `hash` when the digests agree, where no digest is stored that can be read `path`, or `name and size` when none is stored, the path leads to no file, and one content of the evidence alone has both. Several files of different content at the path tie none.
        present_by: Option<Text>,
    }

    /// Something that happened to a group or chat, one row for each person concerned.
    group_events: GroupEvent {
        /// Account of the device in whose store the row stands, where the evidence names it.
        owner: Option<Text>,
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Text,
        /// Key of the message within its chat and sender, as stored.
        key: Text,
        /// When it happened, by the clock the row names.
        at: Option<Time>,
        /// What the code means, such as `created`, `added`, `joined by link`; `system event N` for unknown codes.
        action: Text,
        /// Code of the kind as stored.
        code: i64,
        /// Whether the row is marked as written on this device's account.
        from_me: bool,
        /// Account that acted.
        actor: Option<Text>,
        /// Account concerned.
        target: Option<Text>,
        /// Value before, as stored.
        old_value: Option<Text>,
        /// Value after, as stored.
        new_value: Option<Text>,
        /// Stored form of the times of this row that are not plain Unix milliseconds: `column=value`, separated by blanks.
        times_as_stored: Option<Text>,
    }

    /// A call, one row for each other participant.
    calls: Call {
        /// Account of the device in whose store the row stands, where the evidence names it.
        owner: Option<Text>,
        /// Identifier of the call as stored.
        call_id: Option<Text>,
        /// Address of the account on its service, device part removed: `34600000001@s.whatsapp.net`, `…@lid`.
        account: Option<Text>,
        /// Address of the group the call belonged to.
        call_group: Option<Text>,
        /// Whether the row is marked as written on this device's account.
        from_me: bool,
        /// When it happened, by the clock the row names.
        at: Option<Time>,
        /// Duration in seconds as stored.
        duration: Option<i64>,
        /// Whether the row is marked as a video call.
        video: Option<bool>,
        /// Code of the kind as stored.
        code: Option<i64>,
        /// What the code means.
        call_result: Text,
        /// Stored form of the times of this row that are not plain Unix milliseconds: `column=value`, separated by blanks.
        times_as_stored: Option<Text>,
    }

    /// An entry of the phone's or messenger's address book.
    contacts: Contact {
        /// Address of the account on its service, device part removed: `34600000001@s.whatsapp.net`, `…@lid`.
        account: Option<Text>,
        /// Number as stored.
        number: Option<Text>,
        /// Name as stored.
        name: Option<Text>,
        /// Given name as stored.
        given_name: Option<Text>,
        /// Family name as stored.
        family_name: Option<Text>,
        /// Name the person chose.
        push_name: Option<Text>,
        /// Company as stored.
        company: Option<Text>,
        /// Text the person wrote about themselves.
        about: Option<Text>,
        /// Whether the row is marked as a user of the messenger.
        messenger_user: Option<bool>,
    }

    /// A place that a message names. In rows of part `message_quoted_location` it is the copy that a quote keeps: chat, key, sender and
    /// time are those of the quoted message.
    places: Place {
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Text,
        /// Key of the message within its chat and sender, as stored.
        key: Text,
        /// Account that sent it; for rows marked `from_me` the account of the device.
        sender: Option<Text>,
        /// Time by the sender's clock.
        sent: Option<Time>,
        /// Degrees north.
        latitude: Option<f64>,
        /// Degrees east.
        longitude: Option<f64>,
        /// Name of the place as stored.
        place_name: Option<Text>,
        /// Address of the place as stored.
        place_address: Option<Text>,
    }

    /// An invite link, address, number, name of an onion service or the like found in a text or in bytes, and its place. In
    /// bytes that no parser reads the part is `byte`, and each value is told once for each file, where it stands first; in rows of
    /// databases that no parser reads once for each table.
    traces: Trace {
        /// What was found: `invite link`, `group invite`, `chat link`, `channel link`, `call link`, `business link`,
        /// `group address`, `account`, `onion address`, `onion address v2`, `url`, `e-mail`, `phone number`, `wallet`.
        trace_kind: Text,
        /// Its normal form: the code of a link, the address of a group, the account of a chat link, the number with its plus
        /// sign, the name of an onion service with `.onion`, an address with scheme and host in lower case.
        value: Text,
        /// As written.
        as_written: Text,
        /// Group that the row itself says the value belongs to.
        names_group: Option<Text>,
        /// Name of that group as the row gives it.
        group_name: Option<Text>,
        /// Account of the device in whose store the row stands, where the evidence names it.
        owner: Option<Text>,
        /// Chat of the message that holds it; none when no message does.
        in_chat: Option<Text>,
        /// Key of that message, of the original where it edits one.
        in_key: Option<Text>,
        /// Whether the row is marked as written on this device's account.
        from_me: bool,
        /// Account that sent it; for rows marked `from_me` the account of the device.
        sender: Option<Text>,
        /// Time by the sender's clock.
        sent: Option<Time>,
        /// True where it stands in the copy that the message keeps of one that it quotes: chat, key, sender and time are those of the message that quotes.
        in_quote: Option<bool>,
    }

    /// A fact about the device itself or what it was used for: SIM card, language, time zone, what programs of Tor store.
    device_facts: DeviceFact {
        /// What the fact is about: `SIM country`, `SIM network code`, `SIM number`, `SIM serial number`, `locale`, `time zone`,
        /// `backup key` (where the key lies that opened a backup); for programs of Tor the name of the program and of the
        /// field: `Tor state last written`, `Tor Browser times opened`.
        fact: Text,
        /// As stored: `es`, `214`, `+34600000001`, `es-ES`, `Europe/Madrid`.
        fact_value: Text,
    }

    /// Reduction of the bundle's own message rows: an account in a chat, counted. Several rows for one account and chat add up.
    appearances: Appearance {
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Text,
        /// Address of the account on its service, device part removed: `34600000001@s.whatsapp.net`, `…@lid`.
        account: Text,
        /// How the rows name the account: `sender`, `quoted sender`, `owner`.
        appears_as: Text,
        /// How many rows.
        row_count: i64,
        /// Earliest time by the senders' clocks.
        first_at: Option<Time>,
        /// Latest time by the senders' clocks.
        last_at: Option<Time>,
    }

    /// Reduction of the bundle's own attachment rows: a file in a chat by a sender, counted. Several rows for one add up.
    file_appearances: FileAppearance {
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Text,
        /// Account that sent it; for rows marked `from_me` the account of the device.
        sender: Option<Text>,
        /// SHA-256 in lower-case hex.
        sha256: Option<Text>,
        /// The first 63 bits of the SHA-256 as a number, for counting what devices share.
        sha256_number: Option<i64>,
        /// How many rows.
        row_count: i64,
        /// Earliest time by the senders' clocks.
        first_at: Option<Time>,
        /// Latest time by the senders' clocks.
        last_at: Option<Time>,
    }

    /// Reduction of the bundle's own rows: an account that any row names, once.
    named_accounts: NamedAccount {
        /// Address of the account on its service, device part removed: `34600000001@s.whatsapp.net`, `…@lid`.
        account: Text,
        /// The digits of the address as a number, negative for hidden ids; none for every other form.
        account_number: Option<i64>,
    }

    /// Row numbers that are missing between two rows of a table of messages, as a reader of the rows meets them, before its first
    /// row, or behind its last one up to the highest number that the database says it gave: rows that stood there were deleted, or
    /// could not be read. The row number is that of the row behind the gap, and behind the last row that of the last row.
    row_gaps: RowGap {
        /// First missing number.
        gap_from: i64,
        /// Last missing number.
        gap_to: i64,
        /// Time of the last row before that bears one of this device's clock.
        before_at: Option<Time>,
        /// Time of the first row after that bears one.
        after_at: Option<Time>,
    }

    /// A record that stands in the bytes of a database and belongs to no live row of it: it was deleted, or is an earlier form of
    /// a row. Found by its form; how surely, `certainty` says. Or a text of which only an index of texts still has a copy, its message
    /// being gone.
    recovered: RecoveredRecord {
        /// Table of the database whose form the record has.
        recovered_table: Text,
        /// How surely it is a record of that table: `certain` for a whole one on a page of the table or in the list of cells of a
        /// free page, `probable` for a whole one found by its form or by the cells beside it or whose page fits two tables, `possible`
        /// for one whose first bytes are overwritten and were rebuilt, or over which something else may have been written, or which
        /// went on on other pages: those may bear another record's bytes; or that nothing proves to be as it was written.
        certainty: Text,
        /// Number of the page it stands on.
        page: i64,
        /// Where it begins, in bytes from the start of the file that `path` names: the database, its write-ahead log or its
        /// rollback journal.
        byte: i64,
        /// Its columns and values as JSON; long texts are cut, bytes are in hex and cut, and `…` stands for what is cut or lost.
        cells: Text,
        /// Account of the device in whose store the row stands, where the evidence names it.
        owner: Option<Text>,
        /// Address of the chat: a group address `…@g.us`, or the other person's account.
        chat: Option<Text>,
        /// Key of the message within its chat and sender, as stored.
        key: Option<Text>,
        /// Whether the row is marked as written on this device's account.
        from_me: Option<bool>,
        /// Account that sent it; for rows marked `from_me` the account of the device.
        sender: Option<Text>,
        /// Time by the sender's clock.
        sent: Option<Time>,
        /// Kind of message: `text`, `image`, `video`, `audio`, `document`, `revoked` …; `message type N` for unknown codes.
        message_kind: Option<Text>,
        /// Text as stored.
        text: Option<Text>,
        /// Address of the account on its service, device part removed: `34600000001@s.whatsapp.net`, `…@lid`.
        account: Option<Text>,
        /// Name as stored.
        name: Option<Text>,
        /// SHA-256 in lower-case hex.
        sha256: Option<Text>,
        /// Name of the file as the message stores it.
        file_name: Option<Text>,
        /// Stored form of the times of this row that are not plain Unix milliseconds: `column=value`, separated by blanks.
        times_as_stored: Option<Text>,
    }

    /// An entry of a list of known files.
    known: Known {
        /// Name of the list.
        list: Text,
        /// What the list is for: `known` material or `benign` files.
        list_kind: Text,
        /// Model and version of the list: `VICS 1.3`, `VICS 2.0`, `hashdeep`, `plain`.
        model: Text,
        /// Profile that gives the category numbers their meaning, as stored.
        profile: Option<Text>,
        /// Category number as stored.
        category: Option<i64>,
        /// MD5 in lower-case hex.
        md5: Option<Text>,
        /// SHA-1 in lower-case hex.
        sha1: Option<Text>,
        /// SHA-256 in lower-case hex.
        sha256: Option<Text>,
        /// Size of the content in bytes.
        size: Option<i64>,
        /// Name of the series as stored.
        series: Option<Text>,
        /// Flags as stored, as JSON.
        flags: Option<Text>,
    }

    /// Something that could not be read, where and why.
    warnings: Warning {
        /// Kind of warning: a short fixed word such as `truncated`, `not a database`, `column absent`.
        warning: Text,
        /// What was expected, what was found.
        says: Text,
        /// How many bytes were not read, where that is known.
        bytes: Option<i64>,
    }
}

impl Attachment {
    /// The part of rows that are the copy which a quote keeps.
    pub const QUOTED: &'static str = "message_quoted_media";
}

impl Warning {
    /// A warning of a fixed kind with its sentence.
    pub fn new(warning: &str, says: impl AsRef<str>) -> Warning {
        Warning { warning: warning.into(), says: says.as_ref().into(), bytes: None }
    }

    /// The same, with the number of bytes that were not read.
    pub fn bytes(mut self, bytes: u64) -> Warning {
        self.bytes = Some(i64::try_from(bytes).unwrap_or(i64::MAX));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::ORIGIN;
    use std::collections::HashMap;

    #[test]
    fn one_column_name_has_one_sentence_and_one_type() {
        let mut seen: HashMap<&str, (&str, ColumnType, &str)> = HashMap::new();
        for table in TABLES {
            assert!(table.doc.trim().ends_with('.'), "{} needs a sentence", table.name);
            for column in ORIGIN.iter().chain(table.columns) {
                assert!(column.doc.trim().ends_with(['.', '`']), "{}.{} needs a sentence", table.name, column.name);
                // `size` is required of a file and optional in a list; the meaning is one.
                let (doc, kind, first) =
                    *seen.entry(column.name).or_insert((column.doc, column.column_type, table.name));
                assert_eq!(doc.trim(), column.doc.trim(), "{} in {first} and {}", column.name, table.name);
                assert_eq!(kind, column.column_type, "{} in {first} and {}", column.name, table.name);
            }
        }
    }

    #[test]
    fn rows_know_their_table() {
        let row: Row = Warning::new("truncated", "ends early").bytes(7).into();
        assert_eq!(TABLES[row.table()].name, "warnings");
        let mut cells = Vec::new();
        row.cells(|cell| cells.push(cell));
        assert_eq!(cells, [Value::Text("truncated"), Value::Text("ends early"), Value::Int(7)]);
    }
}
