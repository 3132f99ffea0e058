"""Runs commands and measures their whole process tree: CPU time, wall time, peak memory."""

import multiprocessing
import os
import statistics
import subprocess
import time


class Failed(Exception):
    """A command did not do what was asked; the sentence says which and how."""


class Sample:
    """One run. CPU is user and system seconds of the process and of every descendant that was waited for; memory is
    the largest resident set of any one of them, in bytes."""

    def __init__(self, cpu, wall, rss):
        self.cpu, self.wall, self.rss = cpu, wall, rss


def run(command, log, stdout=None, cwd=None, expect=(0,)):
    """Runs a command to its end. What it prints goes to the file `stdout`, or with its errors to the file `log`."""
    with open(log, "ab") as errors:
        errors.write(("$ " + " ".join(map(str, command)) + "\n").encode())
        errors.flush()
        output = open(stdout, "wb") if stdout else errors
        try:
            start = time.monotonic()
            process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=errors, cwd=cwd)
            # wait4 gives the usage of this one child and its descendants, whatever else was run before.
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if stdout:
                output.close()
    if process.returncode not in expect:
        raise Failed(f"exit code {process.returncode} of {os.path.basename(command[0])}; see bench/results/{os.path.basename(log)}")
    return Sample(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024)


def apart(function, *arguments):
    """Calls a function in a process of its own. A child inherits its parent's peak memory on Linux, so whatever needs
    memory must not happen in the process that measures."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(function, arguments)


class Contest:
    """Custodia and a peer on the same work, in interleaved rounds: whatever else the machine does meets both."""

    def __init__(self, ours, peers):
        self.ours, self.peers = ours, peers

    @classmethod
    def hold(cls, ours, peer, rounds, peer_rounds):
        """Runs `ours` in every round and `peer` in the first `peer_rounds` of them, beginning in turns."""
        own, other = [], []
        for round_number in range(rounds):
            turn = [(ours, own)]
            if round_number < peer_rounds:
                turn.append((peer, other))
            if round_number % 2:
                turn.reverse()
            for job, samples in turn:
                samples.append(job(round_number))
        return cls(own, other)

    def cpu(self):
        """Medians of both, in seconds."""
        return median(self.ours, "cpu"), median(self.peers, "cpu")

    def ratios(self):
        """Peer to Custodia, of each round in which both ran: median, least, greatest."""
        ratios = [peer.cpu / max(own.cpu, 1e-3) for own, peer in zip(self.ours, self.peers)]
        return statistics.median(ratios), min(ratios), max(ratios)


def median(samples, what):
    """Median of one quantity."""
    return statistics.median(getattr(sample, what) for sample in samples)


def peak(samples):
    """Greatest memory of all runs."""
    return max(sample.rss for sample in samples)
