"""F: links, addresses, numbers and names of onion services in raw bytes, beside ripgrep."""

import base64
import random

from jobs import MB, beat, memory
from measure import Contest, Failed, apart, median, run

BLOCK = 1 << 16
NAME = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd.onion"
KINDS = ("url", "e-mail", "phone number", "onion address")

# What each of the four kinds looks like; `{}` is what stands behind a character in UTF-16LE. Ripgrep proves no checksum.
FORMS = (
    ("(?:h{0}t{0}t{0}p{0}(?:s{0})?|f{0}t{0}p{0}):{0}/{0}/{0}(?:[A-Za-z0-9._~%-]{0})+\\.{0}(?:[A-Za-z0-9._~:/?#@!$&()*+,;=%-]{0})+"),
    ("[A-Za-z0-9]{0}(?:[A-Za-z0-9._%+-]{0}){{0,63}}@{0}[A-Za-z0-9]{0}(?:[A-Za-z0-9.-]{0})*\\.{0}(?:[A-Za-z]{0}){{2,24}}"),
    ("\\+{0}[1-9]{0}(?:[0-9 ().-]{0}){{6,20}}[0-9]{0}"),
    ("(?:[a-z2-7]{0}){{16,56}}\\.{0}o{0}n{0}i{0}o{0}n{0}"),
)


def patterns(wide):
    """The four expressions in one encoding, as arguments."""
    return [word for form in FORMS for word in ("-e", "(?-u)" + form.format("\\x00" if wide else ""))]


def scans(place, table, ripgrep):
    """F: one file of raw bytes, four kinds of trace in two encodings."""
    job = "F"
    size = (100 if place.small else 1_000) * MB
    raw, planted = place.folder / "raw.bin", place.folder / "planted.tsv"
    apart(invent, size, raw, planted)
    ours, theirs, narrow = (place.folder / name for name in ("scan.tsv", "ripgrep.txt", "ripgrep-ascii.txt"))

    def own(_):
        return run([place.custodia, "scan", raw], place.log, stdout=ours)

    def peer(expressions, into):
        common = [ripgrep, "--no-config", "-a", "-o", "-b", "-N", "-I", "-j", "1", "--no-unicode"]
        return lambda _: run([*common, *expressions, raw], place.log, stdout=into)

    own(0)
    if not ripgrep:
        samples = [own(0) for _ in range(5)]
        equal, note = apart(same_hits, planted, ours, None)
        table.fact(job, "planted values found, each at its place", equal, note)
        table.add(job, "bytes per second of CPU", size / MB / median(samples, "cpu"), "MB/s", "", "")
        memory(table, job, "peak memory", samples, 128 * MB)
        return
    contest = Contest.hold(own, peer(patterns(False) + patterns(True), theirs), 5, 5)
    equal, note = apart(same_hits, planted, ours, theirs)
    table.fact(job, "planted values found by both, at their places", equal, note)
    beat(table, job, f"{size // MB} MB, ASCII and UTF-16 / ripgrep", contest, 0.9, 2)
    alone = Contest.hold(own, peer(patterns(False), narrow), 3, 3)
    middle, least, greatest = alone.ratios()
    note = f"rounds {least:.1f}..{greatest:.1f}: ripgrep looks for half of what is found"
    table.add(job, "the same / ripgrep for ASCII alone", middle, "x", "", "", note=note)
    memory(table, job, "peak memory", contest.ours, 128 * MB)
    rate = size / MB / median(contest.ours, "cpu")
    table.add(job, "bytes per second of CPU", rate, "MB/s", "", "", note=f"ripgrep {size / MB / median(contest.peers, 'cpu'):.0f} MB/s")
    for path in (raw, planted, ours, theirs, narrow):
        path.unlink()


def same_hits(planted, ours, theirs):
    """Whether everything planted is found where it stands; what else is told is counted."""
    wanted = {}
    with open(planted, encoding="utf-8") as lines:
        for line in lines:
            offset, kind, value = line.rstrip("\n").split("\t")
            wanted[int(offset)] = (kind, value)
    found = {}
    with open(ours, encoding="utf-8") as lines:
        for line in lines:
            where, kind, value, _ = line.rstrip("\n").split("\t")
            found[int(where.rsplit("/", 1)[1])] = (kind, value)
    missed = sum(found.get(offset) != value for offset, value in wanted.items())
    other = sum(offset not in wanted for offset in found)
    note = f"{len(wanted)} planted, {missed} missed, {other} other"
    if theirs is None:
        return missed == 0, note
    offsets = set()
    with open(theirs, "rb") as file:
        for line in file:
            place = line.split(b":", 1)[0]
            if place.isdigit():
                offsets.add(int(place))
    unseen = sum(offset not in offsets for offset in wanted)
    return missed == 0 and unseen == 0, f"{note}; ripgrep {unseen} missed, {len(offsets) - len(wanted) + unseen} other"


def invent(size, raw, planted):
    """Writes raw bytes: random ones, words in both encodings, digits, records, zeros; and what was planted, where."""
    chance = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choice(letters) for _ in range(chance.randint(2, 10))) for _ in range(5000)]

    def text(length):
        return " ".join(chance.choice(words) + chance.choice(("",) * 12 + (".", ",", ":")) for _ in range(length // 3))[:length]

    def records():
        block = bytearray()
        while len(block) < BLOCK:
            block += chance.randbytes(6) + text(chance.randint(4, 60)).encode() + bytes(chance.randint(0, 8))
        return bytes(block[:BLOCK])

    makers = [lambda: chance.randbytes(BLOCK)] * 6 + [lambda: text(BLOCK).encode()] * 6 + [records] * 6
    makers += [lambda: text(BLOCK // 2).encode("utf-16-le")] * 2 + [lambda: bytes(BLOCK)] * 2
    makers += [lambda: chance.randbytes(BLOCK // 2).hex().encode(), lambda: base64.b64encode(chance.randbytes(BLOCK * 3 // 4))[:BLOCK]]
    pool = [maker() for maker in makers]
    if any(len(block) != BLOCK for block in pool):
        raise Failed("a block of the corpus has another length than the others")
    done = 0
    with open(raw, "wb") as out, open(planted, "w", encoding="utf-8") as told:
        while done < size:
            block = bytearray(chance.choice(pool))
            for slot in range(4):
                digits = "".join(chance.choice("0123456789") for _ in range(8))
                kind = chance.choice(KINDS)
                value = {
                    "url": f"https://{chance.choice(words)}.example/{digits}",
                    "e-mail": f"{chance.choice(words)}{digits}@{chance.choice(words)}.example.com",
                    "phone number": f"+346{digits}",
                    "onion address": NAME,
                }[kind]
                wide = chance.random() < 0.5
                at = slot * (BLOCK // 4) + chance.randrange(200, BLOCK // 4 - 600) // 2 * 2
                before, after = (b"\x01\x02\x01\x02", b"\x01\x02\x01\x02") if wide else (b"\x01 ", b" \x01")
                written = before + value.encode("utf-16-le" if wide else "ascii") + after
                block[at : at + len(written)] = written
                told.write(f"{done + at + len(before)}\t{kind}\t{value}\n")
            out.write(block)
            done += len(block)
