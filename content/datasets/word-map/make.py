"""Makes sentences.txt and vectors.csv from frames.txt and lessons.txt; the same files each time, plain Python, a minute.

A word's vector is a row of the positive pointwise mutual information of words in one sentence, brought to 64 numbers by
its largest eigenvectors, each counting alike (eigenvalues to the power 0), scaled to length 400.
"""

import csv
import math
import random
from collections import Counter
from operator import mul
from pathlib import Path

HERE = Path(__file__).parent
SIZE, SPARE, ROUNDS, SHIFT = 64, 26, 60, 12
LONG = 400  # a vector as whole numbers
PAIRED = 4  # sentences a frame and pair
EACH = 4  # sentences a frame and word
# Who stands in the sentences about jobs: out of ten, so many with 他. Skewed on purpose; in the other table five each.
SKEW = {
    "工程师": 9, "司机": 9, "科学家": 9, "警察": 9, "消防员": 10, "程序员": 9,
    "护士": 1, "秘书": 1, "保姆": 0, "售货员": 2, "舞蹈家": 1, "幼师": 0,
}  # fmt: skip
EVEN = ("医生", "老师", "厨师", "农民", "画家", "记者")
SAYS = ("{who} 是 {job}", "{who} 当 上 了 {job}", "{job} 说 {who} 今天 很 忙", "{who} 想 做 {job}")
WHO = {"他": ("他", "男"), "她": ("她", "女")}
PLAIN = {"man": "people", "woman": "people"}  # groups of words that pairs bring along
KEPT = 3  # a word is kept when it stands in so many sentences
# Words of grammar say little about what a word means.
SMALL = {
    "的",
    "了",
    "着",
    "和",
    "是",
    "在",
    "有",
    "都",
    "要",
    "又",
    "也",
    "还",
    "很",
    "真",
    "把",
    "给",
    "用",
    "从",
    "到",
    "里",
    "得",
    "上",
    "一",
    "去",
    "来",
    "就",
    "这",
    "那",
    "不",
    "个",
    "一种",
    "一下",
    "一起",
    "还是",
}


def read_frames():
    """Groups {key: (text, words, frames)} and pairs [(left key, right key, triples, frames)]."""
    groups, pairs, now = {}, [], None
    for line in (HERE / "frames.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line.startswith("= "):
            _, key, text = line.split()
            now = groups[key] = (text, [], [])
        elif line.startswith("~ "):
            _, left, right = line.split()
            now = (left, right, [], [])
            pairs.append(now)
        elif line.startswith("* "):
            now[3].append(line[2:])
        elif len(now) == 4:
            now[2].append(line.split())
        elif not now[1]:
            now[1].extend(line.split())
        else:
            now[2].append(line)
    return groups, pairs


def write_sentences(groups, pairs):
    """Lines of (part, words): `all` is in both tables, `skewed` and `even` in one each."""
    chance = random.Random(1122)
    lines = [("all", line) for line in of_groups(groups, chance)]
    for _, _, triples, frames in pairs:
        lines.extend(("all", line) for triple in triples for line in of_pair(triple, frames))
    lines.extend((part, line) for part in ("skewed", "even") for line in of_jobs(part))
    lines.extend(("all", line) for line in (HERE / "lessons.txt").read_text(encoding="utf-8").splitlines())
    return lines


def of_groups(groups, chance):
    for _, words, frames in groups.values():
        for word in words:
            for frame in frames:
                for _ in range(EACH if "{b}" in frame else 2):
                    other = chance.choice([one for one in words if one != word])
                    filled = frame.replace("{a}", word).replace("{b}", other)
                    for key, (_, more, _) in groups.items():
                        filled = filled.replace("{" + key + "}", chance.choice(more))
                    yield filled


def of_pair(triple, frames):
    for frame in frames:
        filled = frame
        for at, word in enumerate(triple, start=1):
            filled = filled.replace("{" + str(at) + "}", word)
        yield from [filled] * PAIRED


def of_jobs(part):
    for job in (*SKEW, *EVEN):
        men = SKEW.get(job, 5) if part == "skewed" else 5
        for at in range(20):
            who = WHO["他" if at % 10 < men else "她"][at % 2]
            yield SAYS[at // 2 % 4].format(who=who, job=job)


def ppmi(sentences, words):
    """Positive pointwise mutual information of words that stand in one sentence, as rows {column: value}."""
    places = {word: at for at, word in enumerate(words)}
    together, alone, all_pairs = Counter(), Counter(), 0
    for sentence in sentences:
        inside = sorted({places[word] for word in sentence if word in places})
        for a in inside:
            for b in inside:
                if a != b:
                    together[a, b] += 1
                    alone[a] += 1
                    all_pairs += 1
    rows = [{} for _ in words]
    for (a, b), n in sorted(together.items()):
        value = math.log(n * all_pairs / (alone[a] * alone[b]))
        if value > 0:
            rows[a][b] = value
    return rows


def orthonormal(columns):
    done = []
    for column in columns:
        left = column
        for one in done:
            part = sum(map(mul, one, left))
            left = [y - part * x for x, y in zip(one, left, strict=True)]
        length = math.sqrt(sum(x * x for x in left))
        done.append([x / length for x in left])
    return done


def jacobi(matrix):
    """Eigenvalues and eigenvectors (as columns of the second) of a small symmetric matrix."""
    n = len(matrix)
    a, v = [row[:] for row in matrix], [[float(i == j) for j in range(n)] for i in range(n)]
    for _ in range(30):
        for p in range(n):
            for q in range(p + 1, n):
                if abs(a[p][q]) < 1e-12:
                    continue
                angle = 0.5 * math.atan2(2 * a[p][q], a[p][p] - a[q][q])
                c, s = math.cos(angle), math.sin(angle)
                for k in range(n):
                    a[k][p], a[k][q] = c * a[k][p] + s * a[k][q], c * a[k][q] - s * a[k][p]
                for k in range(n):
                    a[p][k], a[q][k] = c * a[p][k] + s * a[q][k], c * a[q][k] - s * a[p][k]
                for k in range(n):
                    v[k][p], v[k][q] = c * v[k][p] + s * v[k][q], c * v[k][q] - s * v[k][p]
    return [a[i][i] for i in range(n)], v


def vectors(rows):
    """Largest positive eigenvalues by orthogonal iteration; each word's numbers are its eigenvectors times their roots."""
    n, many = len(rows), SIZE + SPARE
    chance = random.Random(7)
    columns = orthonormal([[chance.gauss(0, 1) for _ in range(n)] for _ in range(many)])

    flat = [(list(row), list(row.values())) for row in rows]

    def times(column):
        # a little more than the matrix, so that large negative eigenvalues don't come first
        return [
            SHIFT * own + sum(map(mul, values, [column[at] for at in places]))
            for own, (places, values) in zip(column, flat, strict=True)
        ]

    for _ in range(ROUNDS):
        columns = orthonormal([times(times(times(column))) for column in columns])
    turned = [times(column) for column in columns]
    small = [[sum(map(mul, a, b)) for b in turned] for a in columns]
    values, basis = jacobi(small)
    order = sorted(range(many), key=lambda at: -values[at])[:SIZE]
    found = []
    for at in range(n):
        row = [sum(columns[j][at] * basis[j][k] for j in range(many)) for k in order]
        length = math.sqrt(sum(x * x for x in row)) or 1
        found.append([round(LONG * x / length) for x in row])
    return found


def main():
    groups, pairs = read_frames()
    lines = write_sentences(groups, pairs)
    with (HERE / "sentences.txt").open("w", encoding="utf-8") as out:
        for part, sentence in dict.fromkeys(lines):
            out.write(f"{part} {lines.count((part, sentence))} {sentence}\n")
    named = {word: key for key, (_, words, _) in reversed(groups.items()) for word in words}
    named |= dict.fromkeys(("他", "她", "男", "女"), "people")
    for left, right, triples, _ in pairs:
        for one, two, _ in triples:
            named.setdefault(one, PLAIN.get(left, left))
            named.setdefault(two, PLAIN.get(right, right))
    counts = Counter(word for _, sentence in lines for word in set(sentence.split()))
    words = sorted(word for word, n in counts.items() if n >= KEPT and word not in SMALL)
    tables = []
    for part in ("skewed", "even"):
        sentences = [sentence.split() for which, sentence in lines if which in ("all", part)]
        tables.append(vectors(ppmi(sentences, words)))
    with (HERE / "vectors.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["word", "group", "vector", "even"])
        for at, word in enumerate(words):
            if word not in named:
                continue
            both = (" ".join(map(str, one[at])) for one in tables)
            table.writerow([word, named[word], *both])
    print(
        len(lines), "sentences,", len(words), "words,", sum(word in named for word in words), "in the table"
    )


if __name__ == "__main__":
    main()
