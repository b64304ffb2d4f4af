"""The questions of `phusa bench law` through bm25s (PyPI) on the same texts: index time, time of a search, recall and rank.

Arguments: a file of texts (JSON lines: id, text) and a file of questions (JSON lines: question, gold). Tokens are lower-case syllables and
pairs of syllables, k1 0.4 and b 0.6: what measured best for it on such texts. Needs bm25s and numpy: pip install bm25s numpy.
"""
import json
import re
import sys
import time

import bm25s


def tokens(text):
    words = re.findall(r"\w+", text.lower())
    return words + [a + " " + b for a, b in zip(words, words[1:])]


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


texts, questions = read(sys.argv[1]), read(sys.argv[2])
start = time.perf_counter()
index = bm25s.BM25(k1=0.4, b=0.6, method="lucene")
index.index([tokens(t["text"]) for t in texts], show_progress=False)
built = time.perf_counter() - start
times, at10, rank10 = [], 0.0, 0.0
for round_ in range(3):
    for q in questions:
        start = time.perf_counter()
        found, _ = index.retrieve([tokens(q["question"])], k=20, show_progress=False)
        times.append(time.perf_counter() - start)
        if round_ == 0 and q["gold"]:
            ids = [texts[i]["id"] for i in found[0]][:10]
            at10 += sum(g in ids for g in q["gold"]) / len(q["gold"])
            rank10 += next((1 / (n + 1) for n, i in enumerate(ids) if i in q["gold"]), 0.0)
times.sort()
asked = max(1, sum(1 for q in questions if q["gold"]))
pick = lambda share: times[min(int(len(times) * share), len(times) - 1)] * 1000
print(json.dumps({"index": built, "p50": pick(0.5), "p99": pick(0.99), "recall10": at10 / asked, "mrr10": rank10 / asked}))
