#!/usr/bin/env python3
"""Checks a proof of the sealed journal without Phù Sa and without its database. Python's standard library only.

    python3 tests/proof/check.py PROOF.json --key PUBLIC_KEY [--kept OLDER.json]

PROOF.json is what /admin/audit/proof/N and `phusa journal prove` give. PUBLIC_KEY is 64 hexadecimal digits, or a file that holds
them: take it from whoever answers for the installation, never from the proof itself. --kept is a proof or head file that you
put away earlier: it is checked that the tree of today continues it. Exit code 0 when everything holds, 1 when something does
not (each fault is named), 2 when a file cannot be read.

Written from RFC 9162 (trees) and RFC 8032 (Ed25519); shares nothing with the program.
"""
import argparse
import hashlib
import json
import pathlib
import struct
import sys

# --- Ed25519, RFC 8032, section 5.1: verification ---
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of -1


def add(a, b):
    """The sum of two points in extended coordinates (5.1.4)."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, point):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = add(total, point)
        point = add(point, point)
        n >>= 1
    return total


def same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point(data):
    """A point from its 32 bytes (5.1.3), or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT % P
    if x * x % P != square or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point(bytes.fromhex("58" + "66" * 31))


def signed(key, message, signature):
    """Whether the signature is the key's (5.1.7)."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or same(times(8, a), (0, 1, 1, 0)):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return same(times(s, BASE), add(r, times(k, a)))


# --- the tree, RFC 9162, section 2.1 ---
def leaf_hash(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(leaf, index, size, path, root):
    """2.1.3.2"""
    if not 0 <= index < size:
        return False
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = node(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root


def consistent(first, first_root, second, second_root, path):
    """2.1.4.2"""
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second or not path:
        return False
    if first & (first - 1) == 0:
        path = [first_root] + path
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


# --- what is sealed: see crates/store/src/seal.rs ---
def text(t):
    return struct.pack(">I", len(t.encode())) + t.encode()


def head_bytes(province, head):
    return b"phusa-tree-head-1" + text(province) + struct.pack(">Q", head["size"]) + bytes.fromhex(head["root"]) + struct.pack(">q", head["at"])


class Bytes:
    """The canonical bytes of an entry, read from the front."""

    def __init__(self, data):
        self.data = data

    def take(self, n):
        if len(self.data) < n:
            raise ValueError("the entry's bytes end too early")
        taken, self.data = self.data[:n], self.data[n:]
        return taken

    def int(self):
        return struct.unpack(">q", self.take(8))[0]

    def text(self):
        return self.take(struct.unpack(">I", self.take(4))[0]).decode("utf-8")

    def optional(self):
        mark = self.take(1)
        if mark not in (b"\0", b"\1"):
            raise ValueError("the entry's bytes hold a mark that is neither absent nor present")
        return self.text() if mark == b"\1" else None


def read_entry(data):
    rest = Bytes(data)
    if rest.take(13) != b"phusa-entry-1":
        raise ValueError("the bytes are not those of an entry")
    entry = {"seq": rest.int(), "province": rest.text(), "stream": rest.text(), "version": rest.int(), "kind": rest.text()}
    entry |= {"at": rest.int(), "actor": rest.text(), "on_behalf": rest.optional(), "key": rest.optional(), "payload": rest.text()}
    if rest.data:
        raise ValueError("there is something after the entry's bytes")
    return entry


def check(bundle, key, kept=None):
    """The faults of a proof, in words, and the entry if the proof holds its bytes."""
    faults, entry = [], None
    if bundle["format"] != "phusa-proof-1":
        return [f"unknown form {bundle['format']!r}"], None
    head, newest = bundle["head"], bundle["newest"]
    for name, h in (("head", head), ("newest", newest)):
        if bytes.fromhex(h["public_key"]) != key:
            faults.append(f"{name}: signed with another key than the one given")
        elif not signed(key, head_bytes(bundle["province"], h), bytes.fromhex(h["signature"])):
            faults.append(f"{name}: the signature does not hold")
    roots = bytes.fromhex(head["root"]), bytes.fromhex(newest["root"])
    if not consistent(head["size"], roots[0], newest["size"], roots[1], [bytes.fromhex(x) for x in bundle["consistency"]]):
        faults.append(f"consistency: the tree of {newest['size']} entries does not begin with the tree of {head['size']}")
    sealed = bundle.get("entry")
    if sealed:
        leaf = bytes.fromhex(sealed["leaf_hash"])
        if sealed.get("bytes") is not None:
            data = bytes.fromhex(sealed["bytes"])
            if leaf_hash(data) != leaf:
                faults.append("entry: its bytes do not give the leaf hash; the entry was altered")
            entry = read_entry(data)
            if (entry["seq"], entry["province"]) != (sealed["seq"], bundle["province"]):
                faults.append(f"entry: the bytes are those of entry {entry['seq']} of {entry['province']}")
        if not included(leaf, sealed["index"], head["size"], [bytes.fromhex(x) for x in sealed["path"]], roots[0]):
            faults.append(f"inclusion: the leaf is not at place {sealed['index']} of the tree of {head['size']} entries")
    if kept:
        older = kept["newest"]
        if not signed(key, head_bytes(kept["province"], older), bytes.fromhex(older["signature"])):
            faults.append("kept: the signature of the head that was put away does not hold")
        if (older["size"], older["root"]) not in ((head["size"], head["root"]), (newest["size"], newest["root"])):
            faults.append(f"kept: this proof says nothing of the head of {older['size']} entries; ask for /admin/audit/heads/{older['size']}")
    return faults, entry


def main():
    parser = argparse.ArgumentParser(description="Checks a proof of the sealed journal.")
    parser.add_argument("proof", type=pathlib.Path)
    parser.add_argument("--key", required=True)
    parser.add_argument("--kept", type=pathlib.Path)
    asked = parser.parse_args()
    try:
        bundle = json.loads(asked.proof.read_text("utf-8"))
        kept = json.loads(asked.kept.read_text("utf-8")) if asked.kept else None
        key = asked.key if len(asked.key) == 64 else pathlib.Path(asked.key).read_text("utf-8").strip()
        key = bytes.fromhex(key)
    except (OSError, ValueError) as e:
        print(f"cannot be read: {e}", file=sys.stderr)
        return 2
    try:
        faults, entry = check(bundle, key, kept)
    except (KeyError, TypeError, ValueError, struct.error) as e:
        faults, entry = [f"damaged: {e!r}"], None
    for fault in faults:
        print(f"WRONG  {fault}")
    if faults:
        return 1
    sealed = bundle.get("entry")
    if sealed:
        print(f"OK  entry {sealed['seq']} stands at place {sealed['index']} of {bundle['head']['size']} sealed entries")
        if entry:
            for name in ("stream", "version", "kind", "at", "actor", "on_behalf", "payload"):
                print(f"    {name}: {entry[name]}")
        else:
            print("    its contents are not in the proof: only its place and its hash are proved")
    print(f"OK  the newest head of {bundle['newest']['size']} entries continues the head of {bundle['head']['size']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
