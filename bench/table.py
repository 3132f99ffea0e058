"""One line for each thing measured, with its gate and the word PASS or MISS."""


class Table:
    """Lines in the order in which they were measured. `PASS+` means that the aim was met too."""

    def __init__(self):
        self.lines = []
        print(text({"job": "", "what": "", "value": "value", "unit": "", "gate": "gate", "verdict": "", "aim": None, "note": ""}))

    def gate(self, job, what, value, unit, gate, at_most, aim=None, note="", passed=None):
        """Adds a line. `at_most` says on which side of the gate the good is; `passed` overrules the comparison."""

        def within(limit):
            return value <= limit if at_most else value >= limit

        if passed is None:
            passed = within(gate)
        word = "PASS" if passed else "MISS"
        if passed and aim is not None and within(aim):
            word = "PASS+"
        self.add(job, what, value, unit, ("<= " if at_most else ">= ") + plain(gate), word, aim, note)

    def fact(self, job, what, right, note):
        """Adds a line that is right or wrong."""
        self.add(job, what, None, "", "equal", "PASS" if right else "MISS", None, note)

    def absent(self, job, what, why):
        """Adds a line for what could not be measured. It is no miss, and no pass either."""
        self.add(job, what, None, "", "", "NOT RUN", None, why)

    def add(self, job, what, value, unit, gate, word, aim=None, note=""):
        """Adds a line and prints it at once: a long run should not end without a word."""
        line = {"job": job, "what": what, "value": value, "unit": unit, "gate": gate, "verdict": word, "aim": aim, "note": note}
        self.lines.append(line)
        print(text(line), flush=True)

    def missed(self):
        """How many gates were not met."""
        return sum(line["verdict"] == "MISS" for line in self.lines)


def plain(value):
    """A number without needless digits."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"


def text(line):
    """A line as it is printed."""
    value = f"{plain(line['value'])} {line['unit']}".strip()
    aim = f" (aim {plain(line['aim'])})" if line["aim"] is not None else ""
    note = f"  {line['note']}" if line["note"] else ""
    return f"{line['job']:1} {line['what']:43} {value:>13}  {line['gate'] + aim:15} {line['verdict']:7}{note}".rstrip()
