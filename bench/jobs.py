"""The jobs: what is done, beside whom, what has to be equal, and the gates."""

import json
import os
import shutil
import sqlite3
import subprocess
import time

from measure import Contest, Failed, apart, median, peak, run

MB = 1_000_000

# Lists of known files in an invented operation, and what each is for.
LISTS = [
    ("vics.json", "known"), ("vics13.json", "known"), ("plain-md5.txt", "known"), ("plain-sha256.txt", "known"),
    ("benign-md5.txt", "benign"),
]


class Place:
    """Where a bench works, and how large its work is."""

    def __init__(self, folder, custodia, small, log):
        self.folder, self.custodia, self.small, self.log = folder, custodia, small, log

    def invent(self, name, *arguments):
        """Invents a corpus and gives its folder."""
        folder = self.folder / name
        run([self.custodia, "synth", folder, *arguments], self.log)
        return folder

    def fresh(self, name):
        """A path at which nothing is."""
        folder = self.folder / name
        if folder.is_dir():
            shutil.rmtree(folder)
        elif folder.exists():
            folder.unlink()
        return folder

    def ask(self, case, *arguments):
        """What the program answers, as text. Not measured."""
        command = [str(self.custodia), "ask", str(case), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failed(f"{' '.join(command)}: {done.stderr.strip()}")
        return done.stdout


def beat(table, job, what, contest, gate, aim):
    """A line for a contest. Its median decides; a round far below the gate means that the median was luck."""
    middle, least, greatest = contest.ratios()
    ours, peers = contest.cpu()
    note = f"{ours:.2f} s against {peers:.2f} s CPU, rounds {least:.1f}..{greatest:.1f}, n={len(contest.peers)}"
    table.gate(job, what, middle, "x", gate, False, aim, note, middle >= gate and least >= 0.85 * gate)


def memory(table, job, what, samples, limit):
    """A line for peak memory, with its limit in bytes."""
    table.gate(job, what, peak(samples) / MB, "MB", limit / MB, True)


def tree(place, table, hashdeep):
    """A: three digests of every file of a tree."""
    job = "A"
    files, size = (2_000, 200 * MB) if place.small else (20_000, 2_000 * MB)
    folder = place.invent("tree", "--scale", "tree", "--files", str(files), "--bytes", str(size))
    ours, theirs = place.folder / "custodia.hashes", place.folder / "hashdeep.hashes"

    def own(_):
        return run([place.custodia, "hash", folder], place.log, stdout=ours)

    def peer(_):
        return run([hashdeep, "-c", "md5,sha1,sha256", "-r", folder], place.log, stdout=theirs)

    # Once without counting: both read from memory, because the disk is not what is compared.
    own(0)
    contest = Contest.hold(own, peer, 5, 5)
    equal, note = apart(same_digests, ours, theirs, str(folder), files)
    table.fact(job, "digests equal to those of hashdeep", equal, note)
    beat(table, job, f"3 digests, {files} files, {size // MB} MB / hashdeep", contest, 4, 6)
    memory(table, job, "peak memory", contest.ours, 128 * MB)
    table.add(job, "wall time / hashdeep, both with all cores", median(contest.peers, "wall") / median(contest.ours, "wall"), "x", "", "")
    shutil.rmtree(folder)


def same_digests(ours, theirs, folder, files):
    """Compares two outputs in hashdeep's format, file by file."""

    def read(path):
        digests = {}
        with open(path, encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines:
                if line[:1] in "%#":
                    continue
                size, md5, sha1, sha256, name = line.rstrip("\n").split(",", 4)
                if os.path.isabs(name):
                    name = os.path.relpath(name, folder)
                digests[name.removeprefix("./")] = (size, md5, sha1, sha256)
        return digests

    own, other = read(ours), read(theirs)
    different = sum(own.get(name) != value for name, value in other.items()) + sum(name not in other for name in own)
    return different == 0 and len(own) >= files, f"{len(own)} files, {different} different"


def msgstore(place, table, wtsexporter, full):
    """D: one WhatsApp database."""
    job = "D"
    messages = 100_000 if place.small else 1_000_000
    folder = place.invent("msgstore", "--scale", "msgstore", "--messages", str(messages))
    database = folder / "msgstore.db"
    scratch = place.folder / "exporter"
    scratch.mkdir()
    result = place.folder / "messages.json"

    def own(_):
        return examine(place, place.fresh("case-b"), folder, place.folder / "examined.json")

    def peer(_):
        contacts = ["--wa", folder / "wa.db"] if (folder / "wa.db").exists() else []
        place.fresh("messages.json")
        # Every chat, JSON alone: the shortest work that the peer can be asked for.
        command = [wtsexporter, "-a", "-d", database, *contacts, "-o", scratch / "out", "-j", result, "--no-html",
                   "--dont-filter-empty", "--no-banner"]
        return run(command, place.log, cwd=scratch)

    if wtsexporter:
        contest = Contest.hold(own, peer, 5, 3)
        ours = contest.ours
    else:
        ours = [own(0) for _ in range(5)]
    stored = apart(count_stored, database)
    found = count_examined(place.folder / "examined.json")
    if wtsexporter:
        exported = apart(count_exported, result)
        equal = found == stored == exported
        table.fact(job, "messages: stored, in the bundle, exported", equal, f"{stored}, {found}, {exported}")
        beat(table, job, f"msgstore.db, {messages} messages / exporter", contest, 25, 60)
        table.add(job, "peak memory / exporter", peak(contest.peers) / peak(ours), "x", "", "")
    else:
        table.fact(job, "messages: stored, in the bundle", found == stored, f"{stored}, {found}")
    memory(table, job, "peak memory", ours, 256 * MB)
    rate = messages / median(ours, "cpu")
    table.add(job, "messages per second of CPU", rate, "/s", "", "", note=f"{os.path.getsize(database) // MB} MB database")
    shutil.rmtree(folder)
    shutil.rmtree(scratch)
    place.fresh("messages.json")
    if full:
        linear(place, table, messages, median(ours, "cpu"))


def linear(place, table, messages, base):
    """D, ten times as many messages: ten times the work, no more memory."""
    folder = place.invent("msgstore-10", "--scale", "msgstore", "--messages", str(messages * 10))
    sample = examine(place, place.fresh("case-b"), folder, place.folder / "examined.json")
    stored, found = apart(count_stored, folder / "msgstore.db"), count_examined(place.folder / "examined.json")
    table.fact("D", f"{messages * 10} messages: stored, in the bundle", found == stored, f"{stored}, {found}")
    table.gate("D", "10 times the messages: times the CPU", sample.cpu / base, "x", 11, True, note=f"{sample.cpu:.1f} s")
    memory(table, "D", "10 times the messages: peak memory", [sample], 256 * MB)
    shutil.rmtree(folder)
    place.fresh("case-b")


def examine(place, case, evidence, result):
    """One exhibit into a case."""
    command = [place.custodia, "examine", case, evidence, "--exhibit", "B-1", "--authority", "BENCH", "--json"]
    return run(command, place.log, stdout=result)


def count_examined(result):
    """Rows of messages that the examination says it wrote."""
    with open(result, encoding="utf-8") as file:
        return sum(bundle["tables"].get("messages", 0) for bundle in json.load(file)["examined"])


def count_stored(database):
    """Messages in the database, without the placeholder that every database has as its first row."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute("SELECT count(*) FROM message WHERE chat_row_id <> -1").fetchone()[0]


def count_exported(result):
    """Messages in the exporter's JSON; its made-up chat of calls is none of the database's."""
    with open(result, encoding="utf-8") as file:
        chats = json.load(file)
    return sum(len(chat["messages"]) for name, chat in chats.items() if name != "000000000000000")


def operation(place, table):
    """T: a whole operation, from its exhibits to every question."""
    job = "T"
    scale = "small" if place.small else "tantalio"
    start = time.monotonic()
    folder = place.invent("operation", "--scale", scale, "--seed", "1")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    note = f"{size // MB} MB"
    table.add(job, f"invented: {scale}", time.monotonic() - start, "s wall", "", "", note=note)
    case = place.fresh("case-t")
    imports = [
        run([place.custodia, "known", "import", case, folder / "known" / name, "--kind", kind], place.log) for name, kind in LISTS
    ]
    table.add(job, f"{len(LISTS)} lists imported", sum(sample.wall for sample in imports), "s wall", "", "")
    examined = place.folder / "examined.json"
    command = [place.custodia, "examine", case, "--manifest", folder / "exhibits.csv", "--threads", "2", "--json"]
    sample = run(command, place.log, stdout=examined)
    with open(examined, encoding="utf-8") as file:
        bundles = len(json.load(file)["examined"])
    note = f"{sample.wall:.1f} s wall, {bundles} exhibits, {count_examined(examined)} messages"
    table.add(job, "examined with 2 threads", sample.cpu, "s CPU", "", "", note=note)
    memory(table, job, "examined: peak memory", [sample], 2_000 * MB)
    joined(place, table, job, case)
    views(place, table, job, case)
    checked = run([place.custodia, "check", case, folder / "truth.json"], place.log, stdout=place.folder / "check.txt", expect=(0, 1, 2))
    text = (place.folder / "check.txt").read_text(encoding="utf-8")
    perfect = apart(all_perfect, text)
    table.fact(job, "compared with the truth: 100 %", perfect, f"{checked.wall:.1f} s wall; kinds below: {below(text) or 'none'}")
    shutil.rmtree(folder)
    shutil.rmtree(case)


def joined(place, table, job, case):
    """Everything that joins the devices: computed from nothing, then again."""
    cold = run([place.custodia, "link", case, "--threads", "2", "--json"], place.log, stdout=place.folder / "linked.json")
    warm = run([place.custodia, "link", case, "--threads", "2", "--json"], place.log)
    with open(place.folder / "linked.json", encoding="utf-8") as file:
        slowest = sorted(json.load(file), key=lambda line: -line["seconds"])[:4]
    note = f"{cold.cpu:.1f} s CPU; slowest: " + ", ".join(f"{line['name']} {line['seconds']:.1f} s" for line in slowest)
    table.gate(job, "all devices joined, from nothing", cold.wall, "s wall", 30, True, note=note)
    table.gate(job, "all devices joined, again", warm.wall, "s wall", 1, True)
    memory(table, job, "joined: peak memory", [cold], 2_000 * MB)


def views(place, table, job, case):
    """Every view once, each in a process of its own and with nothing kept from the one before but the case's own cache."""
    names = [line.split("\t")[0] for line in place.ask(case, "--list-views").splitlines() if line.strip()]
    samples = {}
    for name in names:
        answer = place.fresh("answer.parquet")
        samples[name] = run([place.custodia, "ask", case, name, "--format", "parquet", "--output", answer], place.log)
    slowest = sorted(samples, key=lambda name: -samples[name].wall)[:3]
    note = f"{sum(sample.cpu for sample in samples.values()):.1f} s CPU; slowest: "
    note += ", ".join(f"{name} {samples[name].wall:.1f} s" for name in slowest)
    table.gate(job, f"{len(names)} views, each once", sum(sample.wall for sample in samples.values()), "s wall", 60, True, note=note)
    memory(table, job, "views: peak memory", list(samples.values()), 2_000 * MB)


def scores(text):
    """Kind, truth, found, right of every line of `custodia check`."""
    for line in text.splitlines():
        words = line.split()
        if len(words) == 6 and words[1].isdigit():
            yield words[0], *map(int, words[1:4])


def below(text):
    """Kinds that are not perfect."""
    return ", ".join(kind for kind, truth, found, right in scores(text) if not truth == found == right)


def all_perfect(text):
    """Whether there are kinds, and all of them are perfect."""
    return bool(list(scores(text))) and not below(text)
