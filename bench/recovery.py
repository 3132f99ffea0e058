"""R: every live row and every deleted record of a database, beside SQLite itself reading the live rows."""

import json
import sqlite3
import sys

from jobs import MB, beat, memory
from measure import Contest, Failed, apart, median, run

# Every row of every table, by SQLite's own library and with no more of Python around it than one call for each table.
PEER = """
import sqlite3, sys
database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro&immutable=1", uri=True)
names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
for name in names:
    columns = [f'total(length("{column[1]}"))' for column in database.execute(f'PRAGMA table_info("{name}")')]
    database.execute(f'SELECT {", ".join(columns)} FROM "{name}"').fetchall()
"""

# One message in so many is deleted.
DELETED = 500


def recovery(place, table):
    """R: a database of a messenger from which messages were deleted one by one."""
    job = "R"
    messages = 160_000 if place.small else 1_600_000
    folder = place.invent("recovery", "--scale", "msgstore", "--messages", str(messages))
    database = folder / "msgstore.db"
    keys = apart(delete, database)
    size = database.stat().st_size
    out = place.folder / "recovered.json"

    def own(_):
        return run([place.custodia, "recover", database, "--table", "message", "--json"], place.log, stdout=out)

    def peer(_):
        return run([sys.executable, "-c", PEER, database], place.log)

    own(0)
    contest = Contest.hold(own, peer, 5, 5)
    found = {json.loads(row["cells"])["key_id"] for row in json.loads(out.read_text(encoding="utf-8"))}
    right = len(found & keys)
    note = f"{right} of {len(keys)} deleted, {len(found - keys)} that were not"
    table.fact(job, "at least 95 % of deleted messages found, nothing else", right >= 0.95 * len(keys) and found <= keys, note)
    rate = size / MB / median(contest.ours, "cpu")
    table.gate(job, "bytes per second of CPU", rate, "MB/s", 200, False, None, f"{size // MB} MB database")
    beat(table, job, "rows and deleted records / SQLite's reading of rows", contest, 1, 2)
    memory(table, job, "peak memory", contest.ours, 256 * MB)
    database.unlink()


def delete(database):
    """Deletes messages as the app does, row by row, and gives their keys."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA secure_delete = OFF")
    rows = connection.execute("SELECT _id, key_id FROM message WHERE _id % ? = 7", (DELETED,)).fetchall()
    if not rows:
        raise Failed("expected messages to delete, found none")
    with connection:
        connection.executemany("DELETE FROM message WHERE _id = ?", [(row,) for row, _ in rows])
    connection.close()
    return {key for _, key in rows}
