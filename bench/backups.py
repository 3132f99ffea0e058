"""K: an encrypted WhatsApp backup, beside OpenSSL and zlib doing the same three steps in a few lines of Python."""

import os
import subprocess

from jobs import MB, beat, memory
from measure import Contest, Failed, run

# Makes a backup and what it holds: text that packs and noise that does not, so that neither step is idle.
MAKE = """
import hashlib, hmac, random, sys, zlib
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
backup, plain, key_file, size = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
invented, root, nonce = random.Random(7), bytes(range(32)), bytes(range(16))
mac = lambda key, text: hmac.new(key, text, hashlib.sha256).digest()
key = mac(mac(bytes(32), root), b"backup encryption\\x01")
encryptor, packer, digest = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor(), zlib.compressobj(1), hashlib.md5()
words = [invented.randbytes(4).hex().encode() for _ in range(5000)]
with open(backup, "wb") as out, open(plain, "wb") as inner:
    def put(data):
        digest.update(data)
        out.write(data)
    header = b"\\x08\\x01\\x1a\\x12\\x0a\\x10" + nonce
    put(bytes([len(header)]) + header)
    while out.tell() < size:
        piece = b" ".join(invented.choices(words, k=80000)) + invented.randbytes(200000)
        inner.write(piece)
        put(encryptor.update(packer.compress(piece)))
    put(encryptor.update(packer.flush()))
    put(encryptor.finalize() + encryptor.tag)
    out.write(digest.digest())
with open(key_file, "w") as out:
    out.write(root.hex())
"""

# The tag, the stored MD5, and every byte unpacked; nothing is written, nothing is parsed.
PEER = """
import hashlib, hmac, os, sys, zlib
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
backup, key_file = sys.argv[1:]
root = bytes.fromhex(open(key_file).read())
mac = lambda key, text: hmac.new(key, text, hashlib.sha256).digest()
key = mac(mac(bytes(32), root), b"backup encryption\\x01")
size, unpacker, digest, found = os.path.getsize(backup), zlib.decompressobj(), hashlib.md5(), hashlib.sha256()
with open(backup, "rb") as file:
    length = file.read(1)
    header = file.read(length[0])
    digest.update(length + header)
    file.seek(size - 32)
    tag, stored = file.read(16), file.read(16)
    decryptor = Cipher(algorithms.AES(key), modes.GCM(header[6:22], tag)).decryptor()
    file.seek(1 + len(header))
    left, total = size - 33 - len(header), 0
    while left:
        piece = file.read(min(left, 1 << 18))
        left -= len(piece)
        digest.update(piece)
        total += len(unpacker.decompress(decryptor.update(piece)))
    decryptor.finalize()
    digest.update(tag)
    assert digest.digest() == stored
print(total)
"""


def crypt15(place, table, python):
    """What opening adds to examining: a backup and its content, less the content alone and the digests of the backup."""
    job = "K"
    size = (50 if place.small else 500) * MB
    folder, outside, key = place.folder / "backup", place.folder / "content", place.folder / "backup.key"
    folder.mkdir()
    outside.mkdir()
    # A name that no parser reads: parsing is measured elsewhere.
    backup, content = folder / "other.db.crypt15", outside / "other.db"
    made = subprocess.run([str(python), "-c", MAKE, backup, content, key, str(size)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise Failed(f"the backup could not be made: {made.stderr.strip()}")
    result = place.folder / "examined.json"

    def examine(evidence, *more):
        command = [place.custodia, "examine", place.fresh("case-k"), evidence, "--exhibit", "K-1", "--authority", "BENCH", "--json"]
        return run([*command, "--threads", "1", *more], place.log, stdout=result)

    def own(_):
        whole = examine(folder, "--backup-key", key)
        rest = examine(outside).cpu + run([place.custodia, "hash", folder], place.log, stdout=place.folder / "hashes").cpu
        whole.cpu = max(whole.cpu - rest, 1e-3)
        return whole

    def peer(_):
        return run([python, "-c", PEER, backup, key], place.log, stdout=place.folder / "peer.txt")

    examine(folder, "--backup-key", key)
    if not same_content(place, table, job, outside):
        return
    contest = Contest.hold(own, peer, 5, 5)
    beat(table, job, f"crypt15, {size // MB} MB / OpenSSL and zlib", contest, 1, 1.5)
    memory(table, job, "peak memory", contest.ours, 128 * MB)
    table.add(job, "content", os.path.getsize(content) / MB, "MB", "", "")


def same_content(place, table, job, outside):
    """Whether the file inside is what was put in, by its digest."""
    inside = place.ask(place.folder / "case-k", "SELECT sha256 FROM evidence.files WHERE path LIKE '%crypt15/other.db'", "--json")
    command = [str(place.custodia), "hash", str(outside)]
    rows = subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    digests = [row.split(",")[3] for row in rows if row[:1] not in "%#"]
    equal = len(digests) == 1 and digests[0] in inside
    table.fact(job, "the content is what was encrypted", equal, ", ".join(digests))
    return equal
