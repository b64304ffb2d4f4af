"""An issuer of certificates that answers as it is told (python `cryptography`): another program than the one under test.

    responder.py FOLDER: makes root.pem, leaf.pem, leaf.key in FOLDER, prints "READY", then answers at the addresses in the certificate.
    What it says stands in FOLDER/mode: good | revoked | unknown | stale | stranger | garbage | away | list-only
"""
import datetime as dt
import os
import pathlib
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

folder = pathlib.Path(sys.argv[1])
FROM, TO = dt.datetime(2026, 1, 1), dt.datetime(2036, 1, 1)
THEN = dt.datetime(2026, 11, 22, 1, 0)


def name(common):
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(common, key, issuer, issuer_key, *extensions):
    made = x509.CertificateBuilder().subject_name(name(common)).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(FROM).not_valid_after(TO)
    for extension, critical in extensions:
        made = made.add_extension(extension, critical)
    return made.sign(issuer_key, hashes.SHA256())


class Asked(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def said(self, status, body):
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def mode(self):
        return (folder / "mode").read_text().strip()

    def do_GET(self):
        with open(folder / "asked", "a") as log:
            log.write("list\n")
        if self.mode() != "list-only":
            return self.said(404, b"")
        made = x509.CertificateRevocationListBuilder().issuer_name(name("Nhà cấp thử")).last_update(THEN).next_update(TO)
        self.said(200, made.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        with open(folder / "asked", "a") as log:
            log.write("answer\n")
        mode = self.mode()
        if mode in ("away", "list-only"):
            return self.said(503, b"")
        if mode == "garbage":
            return self.said(200, b"\x30\x03\x0a\x01\x00")
        asked = ocsp.load_der_ocsp_request(body)
        assert asked.serial_number == leaf.serial_number
        status = {"revoked": ocsp.OCSPCertStatus.REVOKED, "unknown": ocsp.OCSPCertStatus.UNKNOWN}.get(mode, ocsp.OCSPCertStatus.GOOD)
        revoked = dt.datetime(2026, 11, 1) if mode == "revoked" else None
        made = ocsp.OCSPResponseBuilder().add_response(
            cert=leaf, issuer=root, algorithm=hashes.SHA1(), cert_status=status, this_update=THEN,
            next_update=THEN if mode == "stale" else TO, revocation_time=revoked, revocation_reason=None,
        )
        who, key = (stranger, stranger_key) if mode == "stranger" else (responder, responder_key)
        made = made.responder_id(ocsp.OCSPResponderEncoding.HASH, who).certificates([who])
        self.said(200, made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER))


server = HTTPServer(("127.0.0.1", 0), Asked)
here = f"http://127.0.0.1:{server.server_port}"
root_key, leaf_key, responder_key, stranger_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(4))
usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
issues = x509.KeyUsage(digital_signature=False, key_cert_sign=True, crl_sign=True, **usage)
signs = x509.KeyUsage(digital_signature=True, key_cert_sign=False, crl_sign=False, **usage)
root = certificate("Nhà cấp thử", root_key, name("Nhà cấp thử"), root_key, (x509.BasicConstraints(True, None), True), (issues, True),
                   (x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), False))
access = x509.AuthorityInformationAccess([
    x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(here + "/root")),
    x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(here + "/answer")),
])
points = x509.CRLDistributionPoints([x509.DistributionPoint([x509.UniformResourceIdentifier(here + "/list")], None, None, None)])
leaf = certificate("Ủy ban nhân dân phường thử", leaf_key, root.subject, root_key, (signs, True), (access, False), (points, False))
answers = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
responder = certificate("Nơi trả lời", responder_key, root.subject, root_key, (signs, True), (answers, False))
stranger = certificate("Người lạ", stranger_key, root.subject, root_key, (signs, True))

pem = serialization.Encoding.PEM
(folder / "root.pem").write_bytes(root.public_bytes(pem))
(folder / "leaf.pem").write_bytes(leaf.public_bytes(pem))
key = folder / "leaf.key"
key.touch(0o600)
os.chmod(key, 0o600)
key.write_bytes(leaf_key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
print("READY", flush=True)
server.serve_forever()
