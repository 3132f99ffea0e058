"""Job W: the page's server at the size of a large operation. Wall time, because a person waits for a page."""

import concurrent.futures
import http.client
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import time
import urllib.parse

from jobs import MB
from measure import Failed, run

# Requests of each kind; the slowest twentieth does not count.
REQUESTS = 200
ANALYSTS = 20


class Server:
    """`custodia serve` with a session."""

    def __init__(self, custodia, case, log):
        start = time.monotonic()
        self.log = open(log, "ab")
        self.process = subprocess.Popen([custodia, "serve", case], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        link = urllib.parse.urlsplit(self.process.stdout.readline().strip())
        self.began = time.monotonic() - start
        self.port = link.port
        answer, _ = self.raw(self.connect(), f"{link.path}?{link.query}", {})
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        # The line after the last view says that everything is there; a case that was prepared before is silent.
        self.prepared = None

    def wait(self, views):
        """Asks every view once, which waits until its pages are made."""
        start = time.monotonic()
        connection = self.connect()
        for path in views:
            self.get(connection, path)
        self.prepared = time.monotonic() - start

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=900)

    def raw(self, connection, path, headers):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()

    def get(self, connection, path):
        answer, body = self.raw(connection, path, {"Cookie": self.cookie})
        if answer.status != 200:
            raise Failed(f"{path}: {answer.status} {body[:200]!r}")
        return json.loads(body)

    def memory(self):
        """Memory of the server now and at most so far, in bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as lines:
            sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith(("VmRSS", "VmHWM"))}
        return sizes["VmRSS"], sizes["VmHWM"]

    def end(self):
        self.process.terminate()
        _, errors = self.process.communicate()
        self.log.write(errors.encode())
        self.log.close()


def quoted(text):
    return urllib.parse.quote(text, safe="")


def p95(times):
    return statistics.quantiles(times, n=20)[-1] * 1000


def timed(server, paths):
    connection = server.connect()
    times = []
    for path in paths:
        start = time.perf_counter()
        server.get(connection, path)
        times.append(time.perf_counter() - start)
    return times


def questions(server, chance):
    """Kinds of pages, each a function that gives one address of its kind."""
    connection = server.connect()

    def column(view, name, more=""):
        return [row[0] for row in server.get(connection, f"/api/rows/{view}?columns={name}&limit=1000{more}")["rows"]]

    chats, devices = column("groups", "chat"), column("devices", "device")
    persons = sorted(set(column("members", "person")))
    hashes = column("first_shares", "sha256")
    texts = [text for text in column("messages", "text", "&where=text:notnull:&sort=-sent") if text]
    words = sorted({word for text in texts for word in text.split() if len(word) > 3})
    pick = chance.choice

    def deep(view, sort):
        """The tenth page."""
        path = f"/api/rows/{view}?limit=100&sort={sort}"
        page = server.get(connection, path)
        for _ in range(8):
            page = server.get(connection, f"{path}&cursor={quoted(page['next'])}") if page["next"] else page
        return f"{path}&cursor={quoted(page['next'])}" if page["next"] else path

    tenth = deep("messages", "-sent")
    deep_presence = deep("presence", "-sent")
    return {
        "list": {
            "groups": lambda: "/api/rows/groups?sort=-messages",
            "accounts by messages": lambda: "/api/rows/accounts?sort=-messages&limit=100",
            "accounts of a country": lambda: f"/api/rows/accounts?where=country:eq:{pick(['ES', 'AR', 'BO', 'CL'])}&sort=-messages",
            "members of a group": lambda: f"/api/rows/members?where=chat:eq:{quoted(pick(chats))}&sort=-facts",
            "messages of a group, newest": lambda: f"/api/rows/messages?where=chat:eq:{quoted(pick(chats))}&sort=-sent",
            "messages of a person": lambda: f"/api/rows/messages?where=sender:eq:{quoted(pick(persons))}&sort=-sent",
            "messages with a piece of text": lambda: f"/api/rows/messages?where=text:has:{quoted(pick(words))}",
            "messages, tenth page": lambda: tenth,
            "presence of a phone": lambda: f"/api/rows/presence?where=device:eq:{quoted(pick(devices))}&where=state:eq:deleted",
            "presence of a group, newest": lambda: f"/api/rows/presence?where=chat:eq:{quoted(pick(chats))}&sort=-sent",
            "presence, tenth page": lambda: deep_presence,
            "ledger of a file": lambda: f"/api/rows/ledger?where=sha256:eq:{pick(hashes)}",
            "shares of a person": lambda: f"/api/rows/shares?where=sender:eq:{quoted(pick(persons))}&sort=-sent",
            "known hits of a phone": lambda: f"/api/rows/known_hits?where=device:eq:{quoted(pick(devices))}",
            "messages by sender, counted": lambda: f"/api/count/messages?by=sender&where=chat:eq:{quoted(pick(chats))}",
            "presence by state, counted": lambda: f"/api/count/presence?by=state&where=device:eq:{quoted(pick(devices))}",
            "the operation": lambda: "/api/operation",
            "facets of a search": lambda: f"/api/search/facets?q={quoted(pick(words))}",
            "heat of a group": lambda: f"/api/groups/{quoted(pick(chats))}/heat",
        },
        "search": {
            "search, a word": lambda: f"/api/search?q={quoted(pick(words))}",
            "search, as one types": lambda: f"/api/search?typing=1&q={quoted(pick(words)[:3])}",
            "search, two words in a group": lambda: f"/api/search?q={quoted(pick(words) + ' ' + pick(words))}&chat={quoted(pick(chats))}",
            "search, exact": lambda: f"/api/search?mode=exact&q={quoted(pick(words))}",
        },
        "graph": {
            "graph, neighbours": lambda: f"/api/graph/neighbours?person={quoted(pick(persons))}",
            "graph, path": lambda: f"/api/graph/path?from={quoted(pick(persons))}&to={quoted(pick(persons))}&kinds=invitation",
            "graph, why": lambda: f"/api/graph/why?a={quoted(pick(persons))}&b={quoted(pick(persons))}&kind=invitation",
        },
    }


def picture(server, table, job):
    """Frames a second of the graph while 10,000 invented persons are moved, where software draws (web/bench/graph.mjs)."""
    what = "graph of 10,000 persons, {}"
    web = pathlib.Path(__file__).resolve().parent.parent / "web"
    if not shutil.which("node") or not (web / "node_modules" / "@playwright").is_dir():
        table.absent(job, what.format("frames a second"), "needs node and `npm ci` in web")
        return
    command = ["node", "bench/graph.mjs", f"http://127.0.0.1:{server.port}", "--cookie", server.cookie]
    done = subprocess.run(command, cwd=web, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no word"]
        table.absent(job, what.format("frames a second"), next((line for line in lines if "Error" in line), lines[0])[:200])
        return
    saw = json.loads(done.stdout.splitlines()[-1])
    for how in ("pan", "zoom", "drag"):
        table.gate(job, what.format(how), saw[how]["fps"], "frames/s", 20, False, note=f"longest stand {saw[how]['gap']} ms")
    note = f"laid out after {saw['layout']['seconds']} s"
    table.add(job, what.format("thread held by layout"), saw["layout"]["longest"], "ms", "", "", note=note)
    table.add(job, what.format("next person"), saw["step"]["median"], "ms", "", "", note=f"longest task {saw['step']['longest']} ms")


GATES = {"list": 100, "search": 50, "graph": 100}


def pages(place, table):
    """Pages of a case of 300 phones, warm; then 20 analysts at once."""
    job = "W"
    operation, case = place.fresh("operation-w"), place.fresh("case-w")
    run([place.custodia, "synth", operation, "--scale", "small" if place.small else "tantalio"], place.log)
    run([place.custodia, "examine", case, "--manifest", operation / "exhibits.csv"], place.log)
    run([place.custodia, "known", "import", case, operation / "known" / "vics.json"], place.log)
    measure(place.custodia, case, place.log, table, job)


def measure(custodia, case, log, table, job):
    server = Server(custodia, case, log)
    try:
        views = ["groups", "devices", "members", "accounts", "messages", "shares", "first_shares", "ledger", "known_hits", "presence"]
        server.wait([f"/api/rows/{view}?limit=1" for view in views] + ["/api/search?q=a", "/api/graph?limit=1"])
        table.add(job, "everything prepared, the first time", server.prepared, "s wall", "", "", note="once for a set of exhibits and decisions")
        chance = random.Random(7)
        kinds = questions(server, chance)
        for group, of in kinds.items():
            for name, make in of.items():
                paths = [make() for _ in range(REQUESTS)]
                timed(server, paths[:20])
                times = timed(server, paths)
                note = f"median {statistics.median(times) * 1000:.1f} ms"
                table.gate(job, f"{name}, p95", p95(times), "ms", GATES[group], True, note=note)
        makes = [make for of in kinds.values() for make in of.values()]
        paths = [[chance.choice(makes)() for _ in range(REQUESTS // 4)] for _ in range(ANALYSTS)]
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(ANALYSTS) as pool:
            times = [one for all_of in pool.map(lambda of: timed(server, of), paths) for one in all_of]
        rate = len(times) / (time.monotonic() - start)
        table.gate(job, f"{ANALYSTS} analysts at once, p95", p95(times), "ms", 500, True, note=f"{rate:.0f} pages a second, no error")
        picture(server, table, job)
        now, most = server.memory()
        table.gate(job, "the server's memory, warm", now / MB, "MB", 2000, True, note=f"at most {most / MB:.0f} MB while preparing")
    finally:
        server.end()
