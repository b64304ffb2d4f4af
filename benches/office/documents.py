"""A one-page document as offices make it with what is at hand: LibreOffice sets the same words from a prepared file, pyHanko signs with the
same key (PAdES, no time stamp, which is less than `phusa bench documents` does). LibreOffice is started for each document, as a
conversion from a command line is. Prints the seconds of each document as a JSON list.

usage: documents.py PAGE.pdf CERTIFICATE.pem KEY.pem COUNT
"""
import html
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter


def words(page: str) -> list[str]:
    out = subprocess.run(["pdftotext", "-layout", page, "-"], check=True, capture_output=True, text=True)
    return [line for line in out.stdout.splitlines() if line.strip()]


def main() -> None:
    page, certificate, key, count = sys.argv[1:5]
    signer = signers.SimpleSigner.load(key, certificate)
    assert signer is not None, "the key cannot be read"
    lines = words(page)
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        at = Path(folder)
        for n in range(int(count) + 1):
            source = at / "document.html"
            body = "".join(f"<p>{html.escape(line)}</p>" for line in [f"Số: {n}", *lines])
            source.write_text(f'<!doctype html><meta charset="utf-8"><body style="font-family:Tinos">{body}</body>', encoding="utf-8")
            start = time.perf_counter()
            subprocess.run(["soffice", profile, "--headless", "--convert-to", "pdf:writer_web_pdf_Export", "--outdir", folder, source], check=True, capture_output=True)
            with (at / "document.pdf").open("rb") as pdf, (at / "signed.pdf").open("wb") as signed:
                meta = signers.PdfSignatureMetadata(field_name="AgencySeal", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
                signers.PdfSigner(meta, signer=signer).sign_pdf(IncrementalPdfFileWriter(pdf), output=signed)
            took = time.perf_counter() - start
            assert (at / "signed.pdf").stat().st_size > 10_000
            # The first makes the profile.
            if n > 0:
                taken.append(took)
    print(json.dumps(taken))


main()
