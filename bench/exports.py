"""X: a chat that was exported as text, beside the public exporter's reading of it and beside counting its lines."""

import random

from jobs import MB, beat, count_examined, examine, memory
from measure import Contest, Failed, apart, median, run

# The exporter writes nothing in this mode but pages, so it is asked for its reading alone, and how much it found.
PEER = """
import sys
from Whatsapp_Chat_Exporter import exported_handler
from Whatsapp_Chat_Exporter.data_model import ChatCollection
chats = ChatCollection()
exported_handler.messages(sys.argv[1], chats, True)
chat = chats.get_chat("ExportedChat")
print(sum(1 for _ in chat.keys()))
"""


def exports(place, table, python):
    """X: one export to a sealed bundle."""
    job = "X"
    lines = 100_000 if place.small else 1_000_000
    folder = place.fresh("export")
    folder.mkdir()
    export = folder / "WhatsApp Chat with Circle.txt"
    messages, notices = apart(invent, export, lines)
    size = export.stat().st_size
    result, counted = place.folder / "examined.json", place.folder / "exporter.txt"

    def own(_):
        return examine(place, place.fresh("case-x"), folder, result)

    def peer(_):
        return run([python, "-c", PEER, export], place.log, stdout=counted, cwd=place.folder)

    def count(_):
        return run(["wc", "-l", export], place.log, stdout=place.folder / "lines.txt")

    limit = [count(0) for _ in range(5)]
    if python:
        contest = Contest.hold(own, peer, 5, 3)
        ours = contest.ours
    else:
        ours = [own(0) for _ in range(5)]
    found = count_examined(result)
    if python:
        exported = int(counted.read_text(encoding="utf-8").split()[-1])
        equal = found == messages and exported == messages + notices
        # The exporter counts notices of the app as messages.
        table.fact(job, "messages: written, in the bundle, exporter's", equal, f"{messages}, {found}, {exported} with {notices} notices")
        beat(table, job, f"{lines} lines to a bundle / exporter's reading", contest, 4, 8)
        counted.unlink()
    else:
        table.fact(job, "messages: written, in the bundle", found == messages, f"{messages}, {found}")
    memory(table, job, "peak memory", ours, 256 * MB)
    cpu, least = median(ours, "cpu"), max(median(limit, "cpu"), 1e-3)
    table.add(job, "lines per second of CPU", lines / cpu, "/s", "", "", note=f"{size // MB} MB")
    table.add(job, "times the CPU of wc -l", cpu / least, "x", "", "", note=f"{least:.3f} s")
    place.fresh("case-x")
    place.fresh("export")


def invent(path, lines):
    """Writes an export of so many lines, and gives how many messages and how many notices of the app are in it."""
    chance = random.Random(7)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(chance.choice(letters) for _ in range(chance.randint(2, 10))) for _ in range(5000)]
    texts = [" ".join(chance.choice(words) for _ in range(min(40, 1 + int(chance.expovariate(1 / 9))))) for _ in range(20_000)]
    names = [f"{chance.choice(words).title()} {chance.choice(words).title()}" for _ in range(60)]
    names += [f"+1 555 01{number:02} 0{number:03}" for number in range(60)]
    if any(" - " in text for text in texts):
        raise Failed("a text of the corpus would be read as the beginning of a line by the exporter")
    minute, messages, notices = 0, 0, 1
    with open(path, "w", encoding="utf-8", newline="\n") as out:
        out.write("01/01/2020, 00:00 - Messages and calls are end-to-end encrypted.\n")
        done = 1
        while done < lines:
            minute += chance.choice((0, 0, 0, 1, 2, 5))
            day, rest = divmod(minute, 1440)
            year, day = divmod(day, 336)
            month, day = divmod(day, 28)
            begin = f"{day + 1:02}/{month + 1:02}/{2020 + year}, {rest // 60:02}:{rest % 60:02} - {chance.choice(names)}"
            kind = chance.random()
            done += 1
            if kind < 0.01:
                out.write(f"{begin} joined using this group's invite link\n")
                notices += 1
                continue
            messages += 1
            if kind < 0.05:
                out.write(f"{begin}: <Media omitted>\n")
            elif kind < 0.07:
                out.write(f"{begin}: IMG-{2020 + year}{month + 1:02}{day + 1:02}-WA{done % 10_000:04}.jpg (file attached)\n")
            elif kind < 0.08:
                out.write(f"{begin}: https://{chance.choice(words)}.example/{done}\n")
            else:
                out.write(f"{begin}: {chance.choice(texts)}\n")
                while chance.random() < 0.1 and done < lines:
                    out.write(chance.choice(texts) + "\n")
                    done += 1
    return messages, notices
