#!/usr/bin/env python3
"""Custodia beside other tools, on the same work, in the same run.

What is compared is CPU time: user and system seconds of the whole process tree, the median of interleaved rounds. Wall
time is printed where a person waits, and gated nowhere but for the questions. What a tool found is compared before how
long it took: a fast wrong answer is a miss.

    BENCH_SCALE=small   a tenth of every corpus
    BENCH_FULL=0        leave out the database of ten times the size
    BENCH_JOBS=A,D,R,X,F,T,G,W,K  which jobs
    BENCH_DIR=DIR       where corpora go (up to 12 GB); they are removed at the end unless BENCH_KEEP=1
    BENCH_STRICT=1      a missed gate is an exit code
"""

import argparse
import json
import os
import pathlib
import platform
import shutil
import sys
import tempfile

import backups
import exports
import jobs
import joins
import pages
import peers
import recovery
import scans
from measure import Failed
from table import Table

ROOT = pathlib.Path(__file__).resolve().parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--custodia", required=True, type=pathlib.Path, help="the program, built in the release profile")
    custodia = parser.parse_args().custodia.resolve()
    small = os.environ.get("BENCH_SCALE") == "small"
    wanted = os.environ.get("BENCH_JOBS", "A,D,R,X,F,T,G,W,K").split(",")
    base = pathlib.Path(os.environ.get("BENCH_DIR") or ROOT / "target" / "bench").resolve()
    base.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=base))
    # A key of this run alone, never the operator's.
    os.environ["CUSTODIA_KEY"] = str(folder / "seal.key")
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    log = results / "log.txt"
    log.unlink(missing_ok=True)
    place = jobs.Place(folder, custodia, small, log)
    machine = {"processor": processor(), "cores": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg()[0]}
    print(f"{machine['processor']}, {machine['cores']} cores, load {machine['load']:.1f}; scale {'small' if small else 'full'}\n")
    table = Table()
    versions = []
    try:
        if "A" in wanted:
            program, version = peers.hashdeep()
            versions.append(version)
            if program:
                attempt(table, "A", jobs.tree, place, table, program)
            else:
                table.absent("A", "3 digests / hashdeep", version)
        if "D" in wanted:
            program, version = peers.exporter(base)
            versions.append(version)
            if not program:
                table.absent("D", "msgstore.db / exporter", version)
            full = os.environ.get("BENCH_FULL") != "0" and enough(base, table, small)
            attempt(table, "D", jobs.msgstore, place, table, program, full)
        if "R" in wanted:
            attempt(table, "R", recovery.recovery, place, table)
        if "X" in wanted:
            program, version = peers.exporter(base)
            if "D" not in wanted:
                versions.append(version)
            if not program:
                table.absent("X", "exported chat / exporter", version)
            attempt(table, "X", exports.exports, place, table, program and program.parent / "python")
        if "F" in wanted:
            program, version = peers.ripgrep()
            versions.append(version)
            if not program:
                table.absent("F", "raw bytes / ripgrep", version)
            attempt(table, "F", scans.scans, place, table, program)
        if "T" in wanted:
            attempt(table, "T", jobs.operation, place, table)
        if "G" in wanted:
            python, version = peers.joiners(base)
            versions.append(version)
            attempt(table, "G", joins.devices, place, table, python)
        if "W" in wanted:
            attempt(table, "W", pages.pages, place, table)
        if "K" in wanted:
            python, version = peers.openssl(base)
            versions.append(version)
            if python:
                attempt(table, "K", backups.crypt15, place, table, python)
            else:
                table.absent("K", "crypt15 / OpenSSL and zlib", version)
    finally:
        if os.environ.get("BENCH_KEEP") != "1":
            shutil.rmtree(folder, ignore_errors=True)
    report = {"machine": machine, "scale": "small" if small else "full", "peers": versions, "lines": table.lines}
    (results / "latest.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\npeers: {', '.join(versions)}\n{table.missed()} gates missed; kept in bench/results/latest.json")
    sys.exit(1 if table.missed() and os.environ.get("BENCH_STRICT") == "1" else 0)


def attempt(table, job, function, *arguments):
    """Does a job. One that fails is a miss, and the others go on."""
    try:
        function(*arguments)
    except (Failed, OSError, ValueError, KeyError) as why:
        table.fact(job, "the job came to its end", False, str(why) or type(why).__name__)


def enough(base, table, small):
    """Whether ten times the messages, as a database and as a bundle, fit on the disk."""
    need, free = (1 if small else 10) * 10**9, shutil.disk_usage(base).free
    if free < need:
        table.absent("D", "10 times the messages", f"{free // 10**9} GB free, {need // 10**9} GB needed in BENCH_DIR")
    return free >= need


def processor():
    """The processor's name as the kernel tells it."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
