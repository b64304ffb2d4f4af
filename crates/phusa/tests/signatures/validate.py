"""What pyHanko says of each signature in a PDF: a line each, VALID or INVALID and why. Usage: validate.py FILE ROOT.pem"""

import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError


def root(path):
    with open(path, "rb") as f:
        _, _, der = pem.unarmor(f.read())
    return x509.Certificate.load(der)


def main(file, trusted):
    with open(file, "rb") as f:
        try:
            signatures = PdfFileReader(f, strict=False).embedded_regular_signatures
        except Exception as e:  # a file that cannot be read is as refused as one that was changed
            print("INVALID unreadable", e)
            return
        for s in signatures:
            # Signatures of the demonstration's clock: the certificates are judged at the signing time, by what the file itself brings:
            # without an issuer's word on every certificate it is refused.
            try:
                store = DocumentSecurityStore.read_dss(s.reader)
            except NoDSSFoundError:
                print("INVALID", s.field_name, "no validation data")
                continue
            context = store.as_validation_context({
                "trust_roots": [root(trusted)], "allow_fetching": False, "revocation_mode": "require", "moment": s.self_reported_timestamp,
            })
            try:
                status = validate_pdf_signature(s, context)
                word = "VALID" if status.bottom_line else "INVALID"
                print(word, s.field_name, status.summary())
            except Exception as e:
                print("INVALID", s.field_name, e)


main(*sys.argv[1:])
