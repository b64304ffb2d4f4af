#!/usr/bin/env python3
"""Writes catalog/areas/*.csv from the wheel of the PyPI package `vietnamadminunits` (MIT) and amendments.csv.

    pip download --no-deps vietnamadminunits==1.0.4 -d "$(mktemp -d)"
    python3 tools/areas/import.py PATH/vietnamadminunits-1.0.4-py3-none-any.whl

The wheel is only read (a zip file with an SQLite database and one JSON file); none of its code runs. What it gives:
units before and after 1 July 2025, and which old commune went into which new one. amendments.csv beside this script
holds the changes of kind decided since, one line per unit; a unit keeps its code and gets a second dated row.

Codes are text with leading zeros. Kinds are read from the full name, not from the package's type column, which is
wrong for four communes (10543, 11848, 31213, 31299) while its totals still agree.
"""
import csv
import datetime
import json
import pathlib
import sqlite3
import sys
import tempfile
import unicodedata
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
OUT = HERE.parent.parent / "catalog" / "areas"
REFORM = "2025-07-01"
LAST_OLD_DAY = "2025-06-30"
HEADER = ["code", "kind", "name", "parent", "from", "to", "decision"]
KINDS = ["thị trấn", "thành phố", "đặc khu", "thị xã", "phường", "quận", "huyện", "tỉnh", "xã"]


def split_kind(full):
    """'Phường Bến Nghé' -> ('phường', 'Bến Nghé')."""
    full = " ".join(unicodedata.normalize("NFC", full).split())
    for kind in KINDS:
        if full.lower().startswith(kind + " "):
            return kind, full[len(kind) + 1:]
    raise SystemExit(f"unknown kind: {full}")


def day_before(date):
    return str(datetime.date.fromisoformat(date) - datetime.timedelta(days=1))


def write(name, header, rows):
    with open(OUT / name, "w", newline="\n", encoding="utf-8") as f:
        f.write(",".join(header) + "\n")
        for row in rows:
            if any("," in cell or '"' in cell or "\n" in cell for cell in row):
                raise SystemExit(f"{name}: a cell needs quoting: {row}")
            f.write(",".join(row) + "\n")
    print(f"{name}: {len(rows)} rows, {(OUT / name).stat().st_size} bytes")


def amend(rows, amendments):
    """A change of kind closes the row of a unit and opens another."""
    for change in amendments:
        open_rows = [r for r in rows if r[0] == change["code"] and not r[5]]
        if not open_rows:
            continue
        row = open_rows[0]
        rows.append([row[0], change["kind"], row[2], row[3], change["date"], "", change["decision"]])
        row[5] = day_before(change["date"])
    return sorted(rows, key=lambda r: (r[0], r[4]))


def main(wheel):
    OUT.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as package, tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(package.extract("vietnamadminunits/data/dataset.db", folder))
        db.row_factory = sqlite3.Row
        converter = json.loads(package.read("vietnamadminunits/data/converter_2025.json"))
        new = db.execute("select * from admin_units").fetchall()
        old = db.execute("select * from admin_units_legacy").fetchall()
    with open(HERE / "amendments.csv", encoding="utf-8") as f:
        amendments = list(csv.DictReader(f))

    def unit(code, full, parent="", since="", to="", decision=""):
        kind, name = split_kind(full)
        return [code, kind, name, parent, since, to, decision]

    provinces = {r["provinceCode"]: r["province"] for r in new}
    rows = [unit(c, n, since=REFORM, decision="19/2025/QĐ-TTg") for c, n in provinces.items()]
    write("provinces-2025.csv", HEADER, amend(rows, amendments))
    rows = [unit(r["wardCode"], r["ward"], r["provinceCode"], REFORM, decision="19/2025/QĐ-TTg") for r in new]
    write("communes-2025.csv", HEADER, amend(rows, amendments))

    # The old state is that of 30 June 2025. Since when each unit stood so is not recorded, except Huế.
    old_provinces = {r["provinceCode"]: r["province"] for r in old}
    rows = [unit(c, n, to=LAST_OLD_DAY) for c, n in old_provinces.items() if c != "46"]
    rows.append(unit("46", "Tỉnh Thừa Thiên Huế", to="2024-12-31"))
    rows.append(unit("46", "Thành phố Huế", since="2025-01-01", to=LAST_OLD_DAY, decision="175/2024/QH15"))
    write("provinces-2024.csv", HEADER, sorted(rows, key=lambda r: (r[0], r[4])))
    districts = {r["districtCode"]: (r["district"], r["provinceCode"]) for r in old}
    write("districts-2024.csv", HEADER, [unit(c, n, p, to=LAST_OLD_DAY) for c, (n, p) in sorted(districts.items())])
    rows = [unit(r["wardCode"], r["ward"], r["districtCode"], to=LAST_OLD_DAY) for r in old if r["wardCode"]]
    write("communes-2024.csv", HEADER, sorted(rows))

    # Successions. The package joins by folded names; here they become codes. Islands without communes go from a
    # district to a special zone.
    old_code = {f"{r['provinceKey']}_{r['districtKey']}_{r['wardKey'] or ''}": r["wardCode"] or r["districtCode"] for r in old}
    new_code = {(r["provinceKey"], r["wardKey"]): r["wardCode"] for r in new}
    key_of = {r["provinceKey"]: r["provinceCode"] for r in new}
    old_key_of = {r["provinceKey"]: r["provinceCode"] for r in old}
    links = [[old_key_of[o], key_of[n], REFORM, "no", "yes"] for n, olds in converter["DICT_PROVINCE"].items() for o in olds]
    for province, communes in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in communes.items():
            links += [[old_code[o], new_code[province, ward], REFORM, "no", "yes"] for o in olds]
    for province, communes in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for o, parts in communes.items():
            for p in parts:
                main_part = "yes" if p["isDefaultNewWard"] else "no"
                links.append([old_code[o], new_code[province, p["newWardKey"]], REFORM, "yes", main_part])
    links = sorted(links, key=lambda r: (len(r[0]), r))
    if len({(r[0], r[1]) for r in links}) != len(links):
        raise SystemExit("a succession appears twice")
    write("successions-2025.csv", ["old", "new", "date", "partial", "main"], links)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
