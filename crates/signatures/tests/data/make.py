#!/usr/bin/env python3
"""Makes the signed files of these tests with OpenSSL, so that another program than the one under test has signed them.

    python3 crates/signatures/tests/data/make.py

Needs python3 (standard library) and openssl 3. Every key is made anew and thrown away; the certificate of the trial root goes
to catalog/signatures/trial-root.pem. Not needed to run the tests: what it makes is kept beside it."""
import os, re, shutil, subprocess, tempfile, unicodedata, zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
CATALOG = HERE.parents[3] / "catalog" / "signatures"
W = Path(tempfile.mkdtemp())
PLACE = 10000  # hex digits of the place for a signature
LONG = ("20260101000000Z", "20360101000000Z")


def run(*args, **kw):
    done = subprocess.run(["openssl", *map(str, args)], cwd=W, capture_output=True, **kw)
    if done.returncode:
        raise SystemExit(f"openssl {' '.join(map(str, args))}\n{done.stderr.decode()}")
    return done.stdout


# ---- certificates

CONFIG = """
[ca]
default_ca = this
[this]
dir = {dir}
database = {dir}/index.txt
new_certs_dir = {dir}
serial = {dir}/serial
crlnumber = {dir}/crlnumber
certificate = {dir}.pem
private_key = {dir}.key
default_md = {md}
policy = any
unique_subject = no
default_crl_days = 3650
[any]
commonName = supplied
organizationName = optional
countryName = optional
[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[sub]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[person]
basicConstraints = CA:false
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[cipher]
basicConstraints = CA:false
keyUsage = critical,keyEncipherment
[clock]
basicConstraints = CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = tsa1
[tsa1]
serial = {dir}/tsaserial
crypto_device = builtin
signer_cert = {dir}/../clock.pem
signer_key = {dir}/../clock.key
certs = {dir}/../clock-chain.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def authority(name, md="sha256"):
    d = W / name
    d.mkdir(exist_ok=True)
    (d / "index.txt").touch()
    for n in ("serial", "crlnumber", "tsaserial"):
        (d / n).write_text("1000\n")
    (W / f"{name}.cnf").write_text(CONFIG.format(dir=name, md=md))


def key(name, kind="P-256"):
    if kind.startswith("rsa"):
        run("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{kind[3:]}", "-out", f"{name}.key")
    else:
        run("genpkey", "-algorithm", "EC", "-pkeyopt", f"ec_paramgen_curve:{kind}", "-out", f"{name}.key")


def certificate(name, subject, by, profile, kind="P-256", dates=LONG):
    key(name, kind)
    run("req", "-new", "-utf8", "-key", f"{name}.key", "-subj", subject, "-config", f"{by}.cnf", "-out", f"{name}.csr")
    own = ["-selfsign", "-keyfile", f"{name}.key"] if name == by else []
    run("ca", "-batch", "-notext", "-utf8", "-config", f"{by}.cnf", "-extensions", profile, *own, "-in", f"{name}.csr", "-out", f"{name}.pem",
        "-startdate", dates[0], "-enddate", dates[1], "-preserveDN")


# ---- a small PDF

def pdf(text, extra=b"", permanent=True):
    """One page, one signature field; the place of the signature is the last object."""
    content = b"BT /F1 24 Tf 72 720 Td (" + text.encode("ascii") + b") Tj ET"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] /SigFlags 3 >> >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R] >>",
        4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        6: field(7, b"Chu ky 1", 3),
    }
    return objects


def field(value, name, page):
    return b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /V %d 0 R /P %d 0 R /Rect [0 0 0 0] /F 132 >>" % (name, value, page)


def place(sub, date=b"D:20261122190000+07'00'"):
    return b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /%s /M (%s) /ByteRange [0 9999999999 9999999999 9999999999] /Contents <%s> >>" % (sub, date, b"0" * PLACE)


def write(objects, sub, encrypt=False):
    objects = dict(objects)
    objects[7] = place(sub)
    if encrypt:
        objects[8] = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -44 >>" % (b"00" * 32, b"00" * 32)
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    at = {}
    for n, body in objects.items():
        at[n] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    start = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size + b"".join(b"%010d 00000 n \n" % at[n] for n in range(1, size))
    lock = b" /Encrypt 8 0 R /ID [<00> <00>]" if encrypt else b""
    out += b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (size, lock, start)
    return bytes(out)


def write_packed(objects, packed, sub):
    """As `write`, with these objects in one stream and the table in another."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    at = {}
    head, inner = b"", b""
    for n, body in packed.items():
        head += b"%d %d " % (n, len(inner))
        inner += body + b" "
    data = zlib.compress(head + inner)
    rest = {**{n: b for n, b in objects.items() if n not in packed}, 7: place(sub),
            8: b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), len(head), len(data), data)}
    for n, body in rest.items():
        at[n] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    start = len(out)
    at[9] = start
    rows = b"\0\0\0\0\0\0"
    for n in range(1, 10):
        rows += b"\2" + (8).to_bytes(4, "big") + bytes([list(packed).index(n)]) if n in packed else b"\1" + at[n].to_bytes(4, "big") + b"\0"
    data = zlib.compress(rows)
    out += b"9 0 obj\n<< /Type /XRef /Size 10 /Root 1 0 R /W [1 4 1] /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (len(data), data, start)
    return bytes(out)


def append(file, objects, packed=False):
    """An incremental update; `packed` with a cross-reference stream."""
    before = int(re.findall(rb"startxref\s+(\d+)", file)[-1])
    size = max(int(re.findall(rb"/Size (\d+)", file)[-1]), max(objects) + 1)
    out = bytearray(file)
    at = {}
    for n, body in objects.items():
        at[n] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    start = len(out)
    if packed:
        own = size
        at[own] = start
        rows = b"".join(bytes([2 * 0 + 1]) + at[n].to_bytes(4, "big") + b"\0" for n in sorted(at))
        up = bytearray()
        last = bytes(6)
        for i in range(0, len(rows), 6):
            up += b"\2" + bytes((a - b) % 256 for a, b in zip(rows[i:i + 6], last))
            last = rows[i:i + 6]
        data = zlib.compress(bytes(up))
        index = b" ".join(b"%d 1" % n for n in sorted(at))
        out += b"%d 0 obj\n<< /Type /XRef /Size %d /Root 1 0 R /Prev %d /W [1 4 1] /Index [%s] /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 6 >> /Length %d >>\nstream\n" % (own, own + 1, before, index, len(data))
        out += data + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start
    else:
        out += b"xref\n" + b"".join(b"%d 1\n%010d 00000 n \n" % (n, at[n]) for n in sorted(at))
        out += b"trailer\n<< /Size %d /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (size, before, start)
    return bytes(out)


def ranges(file):
    hole = file.rindex(b"/Contents <" + b"0" * PLACE) + len(b"/Contents ")
    end = hole + PLACE + 2
    new = b"/ByteRange [0 %10d %10d %10d]" % (hole, end, len(file) - end)
    at = file.rindex(b"/ByteRange [0 9999999999")
    file = file[:at] + new + file[at + len(new):]
    return file, hole, end


def fill(file, hole, end, cms):
    digits = cms.hex().encode()
    assert len(digits) <= PLACE, len(digits)
    return file[:hole + 1] + digits + b"0" * (PLACE - len(digits)) + file[end - 1:]


# ---- signing

def cms(content, signer, chain=("sub",), md="sha256", cades=True, options=()):
    (W / "content").write_bytes(content)
    (W / "chain.pem").write_bytes(b"".join((W / f"{c}.pem").read_bytes() for c in chain))
    more = ["-certfile", "chain.pem"] if chain else []
    return run("cms", "-sign", "-binary", "-in", "content", "-signer", f"{signer}.pem", "-inkey", f"{signer}.key", *more, "-outform", "DER", "-md", md,
               "-nosmimecap", *(["-cades"] if cades else []), *options)


def sign(file, signer, change=lambda der: der, over=None, **kw):
    file, hole, end = ranges(file)
    content = file[:hole] + file[end:] if over is None else over
    return fill(file, hole, end, change(cms(content, signer, **kw)))


def tlv(der, at=0):
    n = der[at + 1]
    if n < 0x80:
        return at + 2, at + 2 + n
    k = n & 0x7F
    return at + 2 + k, at + 2 + k + int.from_bytes(der[at + 2:at + 2 + k], "big")


def parts(der):
    out, at = [], 0
    while at < len(der):
        _, end = tlv(der, at)
        out.append(der[at:end])
        at = end
    return out


def wrap(tag, *inside):
    body = b"".join(inside)
    n = len(body)
    head = bytes([n]) if n < 0x80 else bytes([0x80 | (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag]) + head + body


def inside(der):
    a, b = tlv(der)
    return der[a:b]


def token(data):
    (W / "stamped").write_bytes(data)
    run("ts", "-query", "-data", "stamped", "-sha256", "-cert", "-out", "query")
    run("ts", "-reply", "-config", "sub.cnf", "-queryfile", "query", "-out", "reply")
    return run("ts", "-reply", "-in", "reply", "-token_out")


def stamped(der):
    """The signature with a time stamp over its value, as an unsigned attribute."""
    oid, explicit = parts(inside(der))
    data = parts(inside(inside(explicit)))
    signer = parts(inside(inside(data[-1])))
    value = inside(signer[-1])
    attribute = wrap(0x30, bytes.fromhex("060b2a864886f70d010910020e"), wrap(0x31, token(value)))
    data[-1] = wrap(0x31, wrap(0x30, *signer, wrap(0xA1, attribute)))
    return wrap(0x30, oid, wrap(0xA0, wrap(0x30, *data)))


def keep(name, file):
    (HERE / f"{name}.pdf").write_bytes(file)


def main():
    for name in ("root", "sub", "stranger"):
        authority(name)
    certificate("root", "/C=VN/O=Phù Sa/CN=Phù Sa – gốc dùng thử", "root", "root", "P-384")
    certificate("sub", "/C=VN/O=Phù Sa/CN=Phù Sa – nơi cấp dùng thử", "root", "sub")
    certificate("stranger", "/C=XX/O=Elsewhere/CN=Elsewhere Root", "stranger", "root")
    certificate("an", "/C=VN/O=Công ty TNHH Lúa Vàng/CN=Nguyễn Thị Án", "sub", "person")
    certificate("binh", "/C=VN/O=Ủy ban nhân dân xã Tân Bình/CN=Trần Văn Bình", "sub", "person", "P-384")
    certificate("nfd", "/C=VN/CN=" + unicodedata.normalize("NFD", "Lê Thị Thấy"), "sub", "person")
    certificate("old", "/C=VN/CN=Phạm Văn Cũ", "sub", "person", dates=("20200101000000Z", "20210101000000Z"))
    certificate("gone", "/C=VN/CN=Võ Thị Mất", "sub", "person")
    certificate("rsa", "/C=VN/CN=Đặng Văn Rộng", "sub", "person", "rsa2048")
    certificate("short", "/C=VN/CN=Đỗ Văn Ngắn", "sub", "person", "rsa1024")
    certificate("cipher", "/C=VN/CN=Khóa mã hóa", "sub", "cipher")
    certificate("foreign", "/C=XX/CN=Somebody Else", "stranger", "person")
    key("own")
    run("req", "-x509", "-utf8", "-new", "-key", "own.key", "-subj", "/C=VN/CN=Tự Ký", "-days", "3650", "-out", "own.pem", "-addext", "basicConstraints=critical,CA:false", "-addext", "keyUsage=critical,digitalSignature")
    certificate("clock", "/C=VN/O=Phù Sa/CN=Phù Sa – dấu thời gian dùng thử", "sub", "clock")
    (W / "clock-chain.pem").write_bytes((W / "sub.pem").read_bytes())

    CAdES, ADBE = b"ETSI.CAdES.detached", b"adbe.pkcs7.detached"
    one = pdf("Hop dong so 12")
    valid = sign(write(one, CAdES), "an")
    keep("valid", valid)
    keep("stamped", sign(write(one, CAdES), "an", change=stamped))
    keep("adbe", sign(write(one, ADBE), "an", cades=False))
    keep("no-attributes", sign(write(one, ADBE), "an", cades=False, options=["-noattr"]))
    keep("unbound", sign(write(one, CAdES), "an", cades=False))
    keep("p384", sign(write(one, CAdES), "binh", md="sha384"))
    for md in ("sha256", "sha384", "sha512"):
        keep(f"rsa-{md}", sign(write(one, CAdES), "rsa", md=md))
        keep(f"pss-{md}", sign(write(one, CAdES), "rsa", md=md, options=["-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:-1"]))
    keep("sha1", sign(write(one, ADBE), "rsa", md="sha1", cades=False))
    keep("short-key", sign(write(one, CAdES), "short"))
    keep("nfd-name", sign(write(one, CAdES), "nfd"))
    keep("expired", sign(write(one, CAdES), "old"))
    keep("revoked", sign(write(one, CAdES), "gone"))
    keep("wrong-use", sign(write(one, CAdES), "cipher"))
    keep("unknown-issuer", sign(write(one, CAdES), "foreign", chain=("stranger",)))
    keep("self-signed", sign(write(one, CAdES), "own", chain=()))
    keep("no-intermediate", sign(write(one, CAdES), "an", chain=()))
    keep("other-content", sign(write(one, CAdES), "an", over=b"something else altogether"))
    keep("content-inside", sign(write(one, ADBE), "an", cades=False, options=["-nodetach"]))
    keep("encrypted", sign(write(one, CAdES, encrypt=True), "an"))
    keep("old-kind", sign(write(one, b"adbe.x509.rsa_sha1"), "an"))

    # Two signatures: the second is an update of its own.
    second = {
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R 8 0 R] /SigFlags 3 >> >>",
        3: one[3].replace(b"/Annots [6 0 R]", b"/Annots [6 0 R 8 0 R]"),
        8: field(9, b"Chu ky 2", 3),
        9: place(CAdES),
    }
    keep("two", sign(append(valid, second), "binh", md="sha384"))
    keep("two-packed", sign(append(valid, second, packed=True), "binh", md="sha384"))

    keep("two-and-a-stranger", sign(append(valid, second), "foreign", chain=("stranger",)))
    # The same where the signed part has its objects in a stream.
    body = {1: one[1], 2: one[2], 3: one[3], 5: one[5], 6: one[6]}
    tight = sign(write_packed(one, body, CAdES), "an")
    moved = {n - 0 if n < 8 else n + 4: v.replace(b"8 0 R", b"12 0 R").replace(b"9 0 R", b"13 0 R") for n, v in second.items()}
    keep("two-packed-objects", sign(append(tight, moved, packed=True), "binh", md="sha384"))

    # What must not pass, even under a sound second signature.
    evil = b"BT /F1 24 Tf 72 720 Td (Hop dong so 99) Tj ET"
    keep("replaced", append(valid, {4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(evil), evil)}))
    keep("replaced-and-signed", sign(append(valid, {**second, 4: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(evil), evil)}), "foreign", chain=("stranger",)))
    note = b"<< /Type /Annot /Subtype /FreeText /Contents (999) /Rect [72 700 400 760] >>"
    keep("covered-up", sign(append(valid, {**second, 3: one[3].replace(b"/Annots [6 0 R]", b"/Annots [6 0 R 8 0 R 10 0 R]"), 10: note}), "binh", md="sha384"))
    # The page asks for an object that nobody has yet; a later revision brings it.
    asking = dict(one)
    asking[3] = one[3].replace(b"/Contents 4 0 R", b"/Contents [4 0 R 20 0 R]")
    brings = {**second, 3: asking[3].replace(b"/Annots [6 0 R]", b"/Annots [6 0 R 8 0 R]"), 20: b"<< /Length %d >>\nstream\n%s\nendstream" % (len(evil), evil)}
    keep("awaited", sign(append(sign(write(asking, CAdES), "an"), brings), "binh", md="sha384"))
    # Shadow: the other content waits inside what is signed, a later table brings it out.
    hidden = dict(one)
    hidden[5] = one[5] + b"\nendobj\n4 0 obj\n<< /Length %d >>\nstream\n%s\nendstream" % (len(evil), evil)
    shadow = sign(write(hidden, CAdES), "an")
    at = shadow.rindex(b"4 0 obj")
    update = append(shadow, second)
    start = int(re.findall(rb"startxref\s+(\d+)", update)[-1])
    line = b"4 1\n%010d 00000 n \n" % at
    update = update[:start + 5] + line + update[start + 5:]
    keep("shadow", sign(update, "binh", md="sha384"))
    keep("shadow-before", shadow)

    # A time stamp over the whole document.
    clock = {1: second[1], 3: second[3], 8: field(9, b"Dau thoi gian", 3), 9: place(b"ETSI.RFC3161").replace(b"/Type /Sig", b"/Type /DocTimeStamp")}
    file, hole, end = ranges(append(valid, clock))
    keep("document-stamp", fill(file, hole, end, token(file[:hole] + file[end:])))

    run("ca", "-config", "sub.cnf", "-revoke", "gone.pem")
    run("ca", "-config", "sub.cnf", "-gencrl", "-out", "sub.crl")
    shutil.copy(W / "sub.crl", HERE / "sub.crl.pem")
    shutil.copy(W / "root.pem", HERE / "root.pem")
    shutil.copy(W / "sub.pem", HERE / "sub.pem")
    CATALOG.mkdir(exist_ok=True)
    shutil.copy(W / "root.pem", CATALOG / "trial-root.pem")
    shutil.rmtree(W)


if __name__ == "__main__":
    main()
