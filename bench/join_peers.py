"""The peers of job G, each in a process of its own: DuckDB and networkx on the very Parquet files of a case.

    join_peers.py duckdb-aggregate|duckdb-link|networkx-link CASE

Prints counts as JSON, so that answers are compared before times.
"""

import json
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
    """Accounts and groups: for each the projection of the graph of devices and what they share. Files would take it hours."""
    import duckdb
    import networkx

    result = {}
    for what in ("accounts", "groups"):
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
    print(json.dumps({"duckdb-aggregate": duckdb_aggregate, "duckdb-link": duckdb_link, "networkx-link": networkx_link}[peer](case)))
