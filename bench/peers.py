"""Fetches the tools that Custodia is measured beside, by the ordinary clients, when they are not there."""

import os
import shutil
import subprocess
import sys

EXPORTER = "whatsapp-chat-exporter==0.13.1"
OPENSSL = "cryptography==50.0.2"
JOINERS = ("duckdb==1.4.2", "networkx==3.5")


def apt(*packages):
    """Installs Debian packages; says whether that was possible."""
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (as_root and not shutil.which("sudo")):
        return False
    environment = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*environment, "apt-get", "update"], **quiet, check=False)
    command = [*environment, "apt-get", "install", "-y", "--no-install-recommends", *packages]
    return subprocess.run(command, **quiet, check=False).returncode == 0


def hashdeep():
    """The program hashdeep and its version, or None and why not."""
    if not shutil.which("hashdeep") and not apt("hashdeep"):
        return None, "hashdeep cannot be installed: apt-get install hashdeep"
    path = shutil.which("hashdeep")
    if not path:
        return None, "hashdeep is not in the path"
    version = subprocess.run([path, "-V"], capture_output=True, text=True, check=False)
    return path, "hashdeep " + (version.stdout.strip().splitlines() or ["?"])[0]


def ripgrep():
    """The program rg and its version, or None and why not."""
    if not shutil.which("rg") and not apt("ripgrep"):
        return None, "ripgrep cannot be installed: apt-get install ripgrep"
    path = shutil.which("rg")
    if not path:
        return None, "rg is not in the path"
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    return path, (version.stdout.strip().splitlines() or ["ripgrep ?"])[0]


def exporter(folder):
    """The program wtsexporter in a virtual environment under `folder` and its version, or None and why not."""
    python, why = environment(folder, EXPORTER)
    return (python and python.parent / "wtsexporter"), why


def joiners(folder):
    """A Python that has DuckDB and networkx, and their versions, or None and why not."""
    return environment(folder, *JOINERS)


def openssl(folder):
    """A Python that has OpenSSL's ciphers, and its version, or None and why not."""
    return environment(folder, OPENSSL)


def environment(folder, *packages):
    """The Python of a virtual environment under `folder` that has these packages, and their versions, or None and why not."""
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        make = [sys.executable, "-m", "venv", str(folder / "venv")]
        if subprocess.run(make, capture_output=True, check=False).returncode != 0:
            # Debian keeps a part of `venv` in a package of its own.
            shutil.rmtree(folder / "venv", ignore_errors=True)
            apt("python3-venv")
            if subprocess.run(make, capture_output=True, check=False).returncode != 0:
                return None, "python3 -m venv does not work: apt-get install python3-venv"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None, f"{' '.join(packages)} cannot be installed: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
    return python, ", ".join(package.replace("==", " ") for package in packages)
