"""Job G: what joins devices, on far more rows than databases could be made for."""

import json
import pathlib
import shutil
import statistics

from measure import Contest, run
from jobs import MB, beat, memory

# The question that no cross-device answer needs to ask of messages: each device was reduced at its examination.
REDUCED = (
    "SELECT count(*) AS pairs, sum(n) AS n FROM (SELECT chat, account, sum(row_count) AS n, min(first_at) AS first_at, "
    "max(last_at) AS last_at FROM evidence.appearances WHERE appears_as = 'sender' GROUP BY chat, account)"
)
# The same of the message rows themselves.
ROWS = (
    "SELECT count(*) AS pairs, sum(n) AS n FROM (SELECT chat, sender, count(*) AS n, min(sent) AS first_at, max(sent) AS last_at "
    "FROM evidence.messages WHERE sender IS NOT NULL GROUP BY chat, sender)"
)
SHARED = (
    "SELECT sum(CASE WHEN shared_accounts > 0 THEN 1 ELSE 0 END) AS pairs, sum(shared_accounts) AS accounts, "
    "sum(shared_groups) AS groups, sum(shared_files) AS files FROM device_links"
)


def devices(place, table, python):
    """Aggregation and linking beside DuckDB and networkx; one phone more beside all anew."""
    job = "G"
    count, rows = (30, 50_000) if place.small else (300, 500_000)
    case = place.fresh("case-g")
    arguments = ["--scale", "rows", "--devices", str(count), "--rows", str(rows)]
    made = run([place.custodia, "synth", case, *arguments], place.log)
    table.add(job, f"made: {count} devices of {rows} rows", made.wall, "s wall", "", "", note=f"{made.cpu:.0f} s CPU")
    peer_script = pathlib.Path(__file__).with_name("join_peers.py")

    def ask(sql, where):
        return lambda _: run([place.custodia, "ask", case, sql, "--json"], place.log, stdout=place.folder / where)

    def link(_):
        for kept in (case / "cache").glob("device_links-*"):
            kept.unlink()
        return run([place.custodia, "link", case, "--only", "device_links"], place.log)

    def peer(name, where):
        return lambda _: run([python, peer_script, name, case], place.log, stdout=place.folder / where)

    if not python:
        table.absent(job, "aggregation and linking / DuckDB", "its packages cannot be installed")
        memory(table, job, "linked: peak memory", [link(0)], 2_000 * MB)
        shutil.rmtree(case)
        return
    contest = Contest.hold(ask(REDUCED, "reduced.json"), peer("duckdb-aggregate", "duckdb.json"), 5, 5)
    raw = Contest.hold(ask(ROWS, "rows.json"), peer("duckdb-aggregate", "duckdb.json"), 3, 3)
    ours = [read(place, name)[0] for name in ("reduced.json", "rows.json")]
    theirs = read(place, "duckdb.json")
    equal = all([int(answer["pairs"]), int(answer["n"])] == [int(cell) for cell in theirs] for answer in ours)
    table.fact(job, "groups and accounts: reduced, of rows, DuckDB", equal, f"{ours[0]['pairs']} pairs, {ours[0]['n']} rows")
    beat(table, job, f"{count * rows} rows by group and account / DuckDB", contest, 1, 10)
    middle, least, greatest = raw.ratios()
    table.add(job, "the same without the reductions / DuckDB", middle, "x", "", "", note=f"rounds {least:.2f}..{greatest:.2f}")
    memory(table, job, "aggregated: peak memory", contest.ours + raw.ours, 2_000 * MB)

    linked = Contest.hold(link, peer("duckdb-link", "duckdb-link.json"), 5, 5)
    ask(SHARED, "shared.json")(0)
    shared, stated = read(place, "shared.json")[0], read(place, "duckdb-link.json")
    equal = [shared["pairs"], shared["accounts"], shared["groups"], shared["files"]] == [
        stated["accounts"][0], stated["accounts"][1], stated["groups"][1], stated["files"][1]]
    table.fact(job, "what devices share: ours, DuckDB", equal, f"{shared['accounts']} pair hits of accounts")
    beat(table, job, f"{count} devices linked / DuckDB", linked, 10, 15)
    graph = [peer("networkx-link", "networkx.json")(0) for _ in range(1 if not place.small else 3)]
    ratio = statistics.median(sample.cpu for sample in graph) / linked.cpu()[0]
    told = read(place, "networkx.json")
    equal = all(told[what] == stated[what] for what in ("accounts", "groups"))
    table.fact(job, "what devices share: networkx", equal, f"{told['groups'][1]} pair hits of groups")
    table.add(job, "accounts and groups / networkx, ours with files too", ratio, "x", "", "", note=f"n={len(graph)}")
    # The same work as ours: files too.
    files = peer("networkx-files", "networkx-files.json")(0)
    ended = read(place, "networkx-files.json") is None
    if not ended:
        equal = read(place, "networkx-files.json")["files"] == stated["files"]
        table.fact(job, "what devices share: networkx, files", equal, f"{stated['files'][1]} pair hits of files")
    whole = ratio + files.cpu / linked.cpu()[0]
    note = f"n=1, files {'ended after' if ended else 'in'} {files.cpu:.0f} s{': a lower bound' if ended else ''}"
    table.gate(job, "accounts, groups and files / networkx", whole, "x", 250, False, 500, note, whole >= 250)
    memory(table, job, "linked: peak memory", linked.ours, 2_000 * MB)

    # One phone more: its own rows are reduced, and the reductions of all are linked again. All anew: the rows of all.
    alone = place.fresh("case-g-one")
    shutil.copytree(case / "bundles" / "R-0001", alone / "bundles" / "R-0001")
    for name in ("case.toml", "journal"):
        (shutil.copytree if (case / name).is_dir() else shutil.copy)(case / name, alone / name)
    one = [run([place.custodia, "ask", alone, ROWS, "--json"], place.log, stdout=place.folder / "one.json") for _ in range(5)]
    more = statistics.median(sample.cpu for sample in one) + linked.cpu()[0]
    anew = raw.cpu()[0] + linked.cpu()[0]
    note = f"{more:.2f} s against {anew:.2f} s CPU"
    table.gate(job, "one phone more / all anew", anew / more, "x", 50, False, note=note)
    shutil.rmtree(alone)
    shutil.rmtree(case)


def read(place, name):
    """A JSON answer."""
    with open(place.folder / name, encoding="utf-8") as file:
        return json.load(file)
