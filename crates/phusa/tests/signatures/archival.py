"""What can be checked here of the claim that a file is PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1), also after it was signed.

Prints a line for each fault, or "ARCHIVAL" with the number of objects looked at. Not a whole validator: colours inside content
streams, glyph by glyph widths and the XMP schema are the typesetter's.
"""
import io
import sys

from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

data = open(sys.argv[1], "rb").read()
reader = PdfFileReader(io.BytesIO(data))
root = reader.root
faults = []


def at(dictionary, key, otherwise=None):
    """An entry, followed to where it stands."""
    return dictionary[key] if key in dictionary else otherwise


def each(values):
    return [values[i] for i in range(len(values))]


def expect(holds, clause, what):
    if not holds:
        faults.append(f"{clause}: {what}")


def objects():
    """Every object of the newest state."""
    seen, waiting = set(), [root] + ([reader.trailer["/Info"]] if "/Info" in reader.trailer else [])
    while waiting:
        value = waiting.pop()
        if isinstance(value, generic.IndirectObject):
            if (value.idnum, value.generation) in seen:
                continue
            seen.add((value.idnum, value.generation))
            value = value.get_object()
        if isinstance(value, generic.DictionaryObject):
            yield value
            waiting.extend(value.raw_get(key) for key in value)
        elif isinstance(value, list):
            waiting.extend(value.raw_get(i) if hasattr(value, "raw_get") else value[i] for i in range(len(value)))


# 6.1 File structure
expect(data[:7] == b"%PDF-1." and data.split(b"\n", 2)[1][:1] == b"%" and all(b > 127 for b in data.split(b"\n", 2)[1][1:5]), "6.1.2", "header")
expect("/ID" in reader.trailer, "6.1.3", "no file identifier")
expect("/Encrypt" not in reader.trailer, "6.1.3", "encrypted")
expect(data.rstrip().endswith(b"%%EOF"), "6.1.3", "something stands behind the end")
count = 0
for o in objects():
    count += 1
    kind, sub = at(o, "/Type"), at(o, "/Subtype")
    if isinstance(o, generic.StreamObject):
        filters = at(o, "/Filter", [])
        filters = filters if isinstance(filters, list) else [filters]
        expect("/LZWDecode" not in filters and "/Crypt" not in filters, "6.1.7.2", f"filter {filters}")
        expect("/F" not in o, "6.1.7.1", "a stream outside the file")
        if kind == "/XObject":
            expect(sub != "/PS" and "/Ref" not in o and "/OPI" not in o, "6.2.9", "a form that refers to something outside")
            if sub == "/Image":
                space = at(o, "/ColorSpace")
                known = space in ("/DeviceRGB", "/DeviceGray") or (isinstance(space, list) and space[0] in ("/ICCBased", "/CalRGB", "/Indexed"))
                expect(known, "6.2.4", f"colours of {space}")
                expect(not at(o, "/Interpolate", False) and "/Alternates" not in o, "6.2.8", "an interpolated picture")
    # 6.2.11 Fonts
    if kind == "/FontDescriptor":
        expect(any(k in o for k in ("/FontFile", "/FontFile2", "/FontFile3")), "6.2.11.4", f"{o.get('/FontName')} is not embedded")
    if kind == "/Font" and sub in ("/Type0", "/TrueType", "/Type1"):
        expect("/ToUnicode" in o, "6.2.11.7", f"{o.get('/BaseFont')} has no way to its letters")
    # 6.5 Actions
    if "/S" in o and at(o, "/S") in ("/JavaScript", "/Launch", "/ImportData", "/Movie", "/Sound", "/ResetForm", "/SubmitForm", "/Hide", "/SetOCGState", "/Rendition", "/Trans"):
        expect(False, "6.5.1", f"action {o['/S']}")
    expect("/AA" not in o, "6.5.2", "additional actions")

# 6.2.3 Output intent, 6.6 Metadata, 6.7 Structure
intents = at(root, "/OutputIntents", [])
expect(any(at(i, "/S") == "/GTS_PDFA1" and "/DestOutputProfile" in i for i in each(intents)), "6.2.3", "no output intent")
xmp = at(root, "/Metadata")
expect(xmp is not None and "/Filter" not in xmp, "6.6.2", "metadata are missing or filtered")
text = xmp.data.decode() if xmp is not None else ""
expect("<pdfaid:part>2</pdfaid:part>" in text and "<pdfaid:conformance>A</pdfaid:conformance>" in text, "6.6.4", "no claim of PDF/A-2a")
expect("<pdfuaid:part>1</pdfuaid:part>" in text, "UA 5", "no claim of PDF/UA-1")
expect(at(root, "/MarkInfo", {}).get("/Marked"), "6.7.2", "not marked as tagged")
expect("/StructTreeRoot" in root and at(root, "/Lang"), "6.7.3", "no structure or language")
expect(at(root, "/ViewerPreferences", {}).get("/DisplayDocTitle"), "UA 7.1", "the title is not shown")
names = at(root, "/Names", {})
expect("/EmbeddedFiles" not in names and "/JavaScript" not in names, "6.8", "files or scripts inside")

# The tree from an annotation's key to its element
tree = {}


def read_tree(node):
    numbers = at(node, "/Nums", [])
    for i in range(0, len(numbers), 2):
        tree[int(numbers[i])] = numbers.raw_get(i + 1) if hasattr(numbers, "raw_get") else numbers[i + 1]
    for kid in each(at(node, "/Kids", [])):
        read_tree(kid)


if "/StructTreeRoot" in root:
    read_tree(root["/StructTreeRoot"]["/ParentTree"])
    expect(at(root["/StructTreeRoot"], "/ParentTreeNextKey", 0) > max(tree, default=-1), "6.7.3", "the next key is taken")

# 6.3 Annotations
page_count = int(root["/Pages"]["/Count"])
for n in range(page_count):
    page = reader.find_page_for_modification(n)[0].get_object()
    annotations = at(page, "/Annots", [])
    expect(not annotations or at(page, "/Tabs") == "/S", "UA 7.18.3", "order of annotations")
    for i in range(len(annotations)):
        a, ref = annotations[i], annotations.raw_get(i)
        left, bottom, right, top = (float(x) for x in a["/Rect"])
        sized = right != left and top != bottom
        flags = int(at(a, "/F", 0))
        expect(flags & 4 and not flags & (1 | 2 | 32 | 256), "6.3.2", f"flags {flags}")
        expect(a["/Subtype"] in ("/Link", "/Widget"), "6.3.1", f"annotation {a['/Subtype']}")
        if a["/Subtype"] == "/Widget":
            expect("/A" not in a, "6.4.1", "a field with an action")
            look = at(a, "/AP")
            expect(not sized or (look is not None and list(look.keys()) == ["/N"] and isinstance(look["/N"], generic.StreamObject)), "6.3.3", "a field without appearance")
            if sized:
                element = tree.get(int(at(a, "/StructParent", -1)))
                element = element.get_object() if element is not None else {}
                kid = at(element, "/K", {})
                expect(at(element, "/S") == "/Form", "UA 7.18.4", "a field outside the structure")
                expect(at(kid, "/Type") == "/OBJR" and kid.raw_get("/Obj") == ref, "UA 7.18.4", "its element shows something else")
                expect(at(a, "/TU") or at(element, "/Alt"), "UA 7.18.1", "a field without a name")

# 6.4 Forms and signatures
form = at(root, "/AcroForm", {})
expect(not at(form, "/NeedAppearances", False) and "/XFA" not in form, "6.4", "appearances left to the reader")
signatures = reader.embedded_signatures
for i, s in enumerate(signatures):
    start, before, after, length = (int(x) for x in s.byte_range)
    end = after + length
    # The whole file as it was when it was signed; later revisions stand behind it.
    expect(start == 0 and data[:end].rstrip().endswith(b"%%EOF"), "6.4.3", "a signature does not cover the file")
    expect(data[before:before + 1] == b"<" and data[after - 1:after] == b">", "6.4.3", "something else is left out of a signature")
    signed = s.signed_data
    expect(len(signed["signer_infos"]) == 1 and isinstance(signed, cms.SignedData) and len(signed["certificates"]) >= 1, "6.4.3", "not one signer with a certificate")

print("\n".join(faults) if faults else f"ARCHIVAL {count} objects, {len(signatures)} signatures")
