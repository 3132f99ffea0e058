"""The peers of job G, each in a process of its own: DuckDB and networkx on the very Parquet files of a case.

    join_peers.py duckdb-aggregate|duckdb-link|networkx-link|networkx-files CASE

Prints counts as JSON, so that answers are compared before times.
"""

import json
import os
import resource
import signal
import sys

# The same questions as Custodia's, over the same columns.
AGGREGATE = """
SELECT count(*), sum(n) FROM (
    SELECT chat, sender, count(*) AS n, min(sent) AS first, max(sent) AS last
    FROM read_parquet('{case}/bundles/*/messages.parquet') WHERE sender IS NOT NULL GROUP BY chat, sender)
"""
LINK = """
WITH named AS (SELECT DISTINCT device, {column} AS value FROM read_parquet('{case}/bundles/*/{table}.parquet') WHERE {where})
SELECT count(*), sum(n) FROM (
    SELECT a.device, b.device, count(*) AS n FROM named a JOIN named b USING (value) WHERE a.device < b.device
    GROUP BY a.device, b.device)
"""
LINKS = {
    "accounts": ("named_accounts", "account", "true"),
    "groups": ("chats", "chat", "chat LIKE '%@g.us'"),
    "files": ("file_appearances", "sha256", "true"),
}


def duckdb_aggregate(case):
    import duckdb

    return duckdb.execute(AGGREGATE.format(case=case)).fetchone()


def duckdb_link(case):
    import duckdb

    result = {}
    for what, (table, column, where) in LINKS.items():
        pairs, shared = duckdb.execute(LINK.format(case=case, table=table, column=column, where=where)).fetchone()
        result[what] = [pairs, int(shared or 0)]
    return result


def networkx_link(case):
    """Accounts and groups: for each the projection of the graph of devices and what they share."""
    return projected(case, ("accounts", "groups"))


# Seconds of CPU after which networkx is ended with the files, which take it hours: what it took is then a lower bound.
LIMIT = 120


def networkx_files(case):
    """The same of files, if it comes to an end; else nothing."""

    def end(*_):
        print("null", flush=True)
        os._exit(0)

    signal.signal(signal.SIGXCPU, end)
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT + 60))
    return projected(case, ("files",))


def projected(case, kinds):
    import duckdb
    import networkx

    result = {}
    for what in kinds:
        table, column, where = LINKS[what]
        sql = f"SELECT DISTINCT device, {column} FROM read_parquet('{case}/bundles/*/{table}.parquet') WHERE {where}"
        rows = duckdb.execute(sql).fetchall()
        graph = networkx.Graph()
        devices = sorted({device for device, _ in rows})
        graph.add_nodes_from(devices)
        graph.add_edges_from((device, "@" + value) for device, value in rows)
        projected = networkx.bipartite.weighted_projected_graph(graph, devices)
        weights = [weight for _, _, weight in projected.edges(data="weight")]
        result[what] = [len(weights), sum(weights)]
    return result


if __name__ == "__main__":
    peer, case = sys.argv[1:]
    print(json.dumps({"duckdb-aggregate": duckdb_aggregate, "duckdb-link": duckdb_link, "networkx-link": networkx_link,
                      "networkx-files": networkx_files}[peer](case)))
