"""The scoring of `phusa bench score` in plain Python: points by bucket or option, caps, dimension levels, and the conjunctive
level rule of DBI 2021. Prints the seconds it took, parsing included, and the sum of the levels as a check.

usage: score.py FRAMEWORK.json ANSWERS.jsonl
"""
import json
import sys
import time
from decimal import Decimal

THRESHOLDS = {1: (20, 4), 2: (64, 4), 3: (128, 4), 4: (192, 5), 5: (256, 6)}


def prepared(framework):
    scales = framework["scales"]
    dimensions = []
    for d in framework["dimensions"]:
        groups = []
        for g in d["groups"]:
            criteria = []
            for c in g["criteria"]:
                scale = c.get("answer") or scales[c["scale"]]
                criteria.append((c["code"], scale["type"], scale))
            groups.append((criteria, Decimal(str(g["cap"])) if g.get("cap") is not None else None))
        dimensions.append((groups, Decimal(str(d["max"])), [Decimal(str(x)) for x in d["levels"]]))
    return dimensions


def points(kind, scale, answer):
    value = answer.get("value")
    if value is None:
        return Decimal(0)
    if kind == "ratio":
        whole = Decimal(str(value["d"]))
        if whole == 0:
            return Decimal(0)
        percent = Decimal(str(value["n"])) * 100 / whole
        for bucket in scale["buckets"]:
            bound = bucket.get("up_to")
            if bound is None or percent <= Decimal(str(bound)):
                return Decimal(str(bucket["points"]))
        return Decimal(0)
    for option in scale["options"]:
        if option["code"] == value:
            return Decimal(str(option["points"]))
    return Decimal(0)


def level_of(dimensions, answers):
    total, reached = Decimal(0), []
    for groups, most, bounds in dimensions:
        of = Decimal(0)
        for criteria, cap in groups:
            s = sum((points(kind, scale, answers.get(code, {})) for code, kind, scale in criteria), Decimal(0))
            of += min(s, cap) if cap is not None else s
        total += of
        if of * 100 < most * 10:
            reached.append(0)
        else:
            reached.append(next((i + 1 for i, b in enumerate(bounds) if of <= b), len(bounds)))
    best = 0
    for level, (least, needed) in THRESHOLDS.items():
        if total > least and sum(1 for r in reached if r >= level) >= needed:
            best = level
    return best


def main():
    framework = json.load(open(sys.argv[1], encoding="utf-8"))
    dimensions = prepared(framework)
    with open(sys.argv[2], encoding="utf-8") as lines:
        began = time.perf_counter()
        answers = [json.loads(line) for line in lines]
    parsed = time.perf_counter()
    levels = sum(level_of(dimensions, a) for a in answers)
    scored = time.perf_counter()
    print(json.dumps({"seconds": scored - began, "scoring": scored - parsed, "levels": levels}))


main()
