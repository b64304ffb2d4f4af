"""The scoring of `phusa bench score` in Python: points by bucket or option, caps, dimension levels, and the conjunctive level rule of
DBI 2021, over answers already read. Two ways of writing it: plainly, as a script is usually written, and with the framework
turned into tables of options and exact numbers beforehand. Prints the least processor time of some rounds in seconds, and the sum of
the levels as a check.

usage: score.py FRAMEWORK.json ANSWERS.jsonl
"""
import json
import sys
import time
from decimal import Decimal

THRESHOLDS = {1: (20, 4), 2: (64, 4), 3: (128, 4), 4: (192, 5), 5: (256, 6)}
ROUNDS = 5


def plain(framework):
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
        if kind == "count":
            for bucket in scale["buckets"]:
                bound = bucket.get("up_to")
                if bound is None or Decimal(value) <= Decimal(str(bound)):
                    return Decimal(str(bucket["points"]))
        for option in scale["options"]:
            if option["code"] == value:
                return Decimal(str(option["points"]))
        return Decimal(0)

    def score(answers):
        sums = []
        for groups, _, _ in dimensions:
            of = Decimal(0)
            for criteria, cap in groups:
                s = sum((points(kind, scale, answers.get(code, {})) for code, kind, scale in criteria), Decimal(0))
                of += min(s, cap) if cap is not None else s
            sums.append(of)
        return level([(of, most, bounds) for of, (_, most, bounds) in zip(sums, dimensions)])

    return score


def prepared(framework):
    """Options as dictionaries, points as whole numbers where they are whole, bounds as exact numbers."""
    scales = framework["scales"]

    def exact(x):
        number = Decimal(str(x))
        return int(number) if number == int(number) else number

    dimensions = []
    for d in framework["dimensions"]:
        groups = []
        for g in d["groups"]:
            options, ratios, counts = [], [], []
            for c in g["criteria"]:
                scale = c.get("answer") or scales[c["scale"]]
                if scale["type"] in ("ratio", "count"):
                    buckets = [(exact(b["up_to"]) if b.get("up_to") is not None else None, exact(b["points"])) for b in scale["buckets"]]
                    (ratios if scale["type"] == "ratio" else counts).append((c["code"], buckets))
                elif scale.get("options"):
                    options.append((c["code"], {o["code"]: exact(o["points"]) for o in scale["options"]}))
            groups.append((options, ratios, counts, exact(g["cap"]) if g.get("cap") is not None else None))
        dimensions.append((groups, exact(d["max"]), [exact(x) for x in d["levels"]]))

    def score(answers):
        sums = []
        for groups, most, bounds in dimensions:
            of = 0
            for options, ratios, counts, cap in groups:
                s = 0
                for code, points in options:
                    answer = answers.get(code)
                    if answer is not None:
                        s += points.get(answer.get("value"), 0)
                for code, buckets in ratios:
                    answer = answers.get(code)
                    if answer is None or answer.get("value") is None:
                        continue
                    n, d = answer["value"]["n"], answer["value"]["d"]
                    n, d = (int(n), int(d)) if "." not in n and "." not in d else (Decimal(n), Decimal(d))
                    if d:
                        n *= 100
                        for bound, points in buckets:
                            if bound is None or n <= bound * d:
                                s += points
                                break
                for code, buckets in counts:
                    answer = answers.get(code)
                    if answer is None or answer.get("value") is None:
                        continue
                    n = answer["value"]
                    n = int(n) if "." not in n else Decimal(n)
                    for bound, points in buckets:
                        if bound is None or n <= bound:
                            s += points
                            break
                of += min(s, cap) if cap is not None else s
            sums.append((of, most, bounds))
        return level(sums)

    return score


def level(dimensions):
    total, reached = 0, []
    for of, most, bounds in dimensions:
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
    lines = open(sys.argv[2], encoding="utf-8").read().splitlines()
    read = []
    for _ in range(ROUNDS):
        began = time.process_time()
        answers = [json.loads(line) for line in lines]
        read.append(time.process_time() - began)
    told = {"reading": min(read)}
    for name, way in [("plain", plain(framework)), ("prepared", prepared(framework))]:
        took = []
        for _ in range(ROUNDS):
            began = time.process_time()
            levels = sum(way(a) for a in answers)
            took.append(time.process_time() - began)
        told[name] = min(took)
        if told.setdefault("levels", levels) != levels:
            sys.exit(f"the two ways differ: {told['levels']} and {levels}")
    print(json.dumps(told))


main()
