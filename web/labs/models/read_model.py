"""Reads a model of the format qiming-model/1 and asks it, in plain Python 3, without any package.

    python read_model.py model.json '{"length": 4.5}'      a row of a table
    python read_model.py model.json '[4.5, 1.3]'           numbers in the input's order
    python read_model.py model.json '"一句话"'              a text

In a program:

    from read_model import load
    model = load("model.json")
    answer = model.predict({"length": 4.5})
    print(answer.text, answer.shares)

What the file holds is described in model.schema.json. Licence of this file: Apache-2.0.
"""

import json
import math
import sys

FORMAT = "qiming-model/1"


class Answer:
    """`text`: the label in words, or the number; `index`: its place in the labels, -1 for a number; `shares`: one share
    per label, adding up to 1; `value`: the number, for a model that answers with one."""

    def __init__(self, index, text, shares=(), value=None):
        self.index, self.text, self.shares, self.value = index, text, list(shares), value

    def __repr__(self):
        return f"Answer({self.text!r})"


class Model:
    def __init__(self, data):
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(f"这不是 {FORMAT} 格式的模型")
        if data.get("kind") not in _KINDS:
            raise ValueError(f"不认识这种模型：{data.get('kind')}")
        self.data = data
        self.name = data["name"]
        self.kind = data["kind"]
        self.input = data["input"]
        self.labels = [label["text"] for label in data["labels"]]
        self.card = data["card"]

    def predict(self, asked):
        """What the model says to a row (dict), to numbers (list) or to a text."""
        return _KINDS[self.kind](self, self.data["parameters"], asked)

    def numbers(self, asked):
        """What is asked as numbers in the input's order; what is missing counts as 0."""
        if not isinstance(asked, dict):
            return [float(value) for value in asked]
        if self.input["of"] == "table":
            names = [column["key"] for column in self.input["columns"]]
        else:
            names = self.input.get("names", [])
        return [_number(asked.get(name, 0)) for name in names]

    def told(self, shares, index=None):
        index = shares.index(max(shares)) if index is None else index
        return Answer(index, self.labels[index], shares)

    def __repr__(self):
        return f"<模型 {self.name}>"


def load(name):
    with open(name, encoding="utf-8") as file:
        return Model(json.load(file))


def _number(value):
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _tree(model, parameters, row):
    node = parameters["root"]
    while "column" in node:
        value = row.get(node["column"])
        yes = value is not None and float(value) <= node["at"] if "at" in node else value == node["is"]
        node = node["yes"] if yes else node["no"]
    counts, says = node["counts"], node["says"]
    if sum(counts) and counts.index(max(counts)) == says:
        return model.told([n / sum(counts) for n in counts])
    return model.told([float(i == says) for i in range(len(counts))])


def _like(metric, a, b, scale):
    b = [value * scale for value in b]
    if metric == "euclidean":
        return -sum((x - y) ** 2 for x, y in zip(a, b))
    length = math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))
    return sum(x * y for x, y in zip(a, b)) / (length or 1)


def _neighbours(model, parameters, asked):
    shift, stretch = parameters["shift"], parameters["stretch"]
    x = model.numbers(asked)
    x = [(v - s) * t for v, s, t in zip(x, shift or [0] * len(x), stretch or [1] * len(x))]
    vectors = parameters["vectors"]
    likes = [_like(parameters["metric"], x, row, vectors["scale"]) for row in vectors["rows"]]
    order = sorted(range(len(likes)), key=lambda at: -likes[at])[: parameters["k"]]
    votes, sums = [0] * len(model.labels), [0.0] * len(model.labels)
    for at in order:
        votes[parameters["answers"][at]] += 1
        sums[parameters["answers"][at]] += likes[at]
    level = [label for label, n in enumerate(votes) if n == max(votes)]
    if parameters["ties"] == "nearest":
        first = next(parameters["answers"][at] for at in order if parameters["answers"][at] in level)
    else:
        first = max(level, key=lambda label: sums[label])
    return model.told([n / len(order) for n in votes], first)


def _centroid(model, parameters, asked):
    centres, x = parameters["centres"], model.numbers(asked)
    likes = [_like(parameters["metric"], x, row, centres["scale"]) for row in centres["rows"]]
    best = likes.index(max(likes))
    return model.told([float(i == best) for i in range(len(likes))])


def _affine(weights, bias, x):
    return [sum(w * v for w, v in zip(row, x)) + b for row, b in zip(weights, bias)]


def _shares(scores):
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def _softmax(model, parameters, asked):
    return model.told(_shares(_affine(parameters["weights"], parameters["bias"], model.numbers(asked))))


def words_in(text, words):
    """How often each word stands in a text: from the left, the longest that fits first."""
    counts, places = [0] * len(words), {word: at for at, word in enumerate(words)}
    longest, at = max([1, *map(len, words)]), 0
    while at < len(text):
        for size in range(min(longest, len(text) - at), 0, -1):
            place = places.get(text[at : at + size])
            if place is not None:
                counts[place] += 1
                at += size
                break
        else:
            at += 1
    return counts


def _bayes(model, parameters, text):
    counts = words_in(str(text), parameters["words"])
    if parameters["binary"]:
        counts = [min(n, 1) for n in counts]
    rows = zip(parameters["priors"], parameters["likelihoods"])
    return model.told(_shares([prior + sum(n * w for n, w in zip(counts, row)) for prior, row in rows]))


_ACTIVATIONS = {
    "relu": lambda x: max(0.0, x),
    "tanh": math.tanh,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "linear": lambda x: x,
}


def _dense(model, parameters, asked):
    x = [(v - s) * t for v, s, t in zip(model.numbers(asked), parameters["shift"], parameters["scale"])]
    for layer in parameters["layers"]:
        x = _affine(layer["weights"], layer["bias"], x)
        kind = layer["activation"]
        x = _shares(x) if kind == "softmax" else [_ACTIVATIONS[kind](value) for value in x]
    return model.told([1 - x[0], x[0]] if len(x) == 1 else x)


def _line(model, parameters, asked):
    (value,) = _affine([parameters["weights"]], [parameters["bias"]], model.numbers(asked))
    return Answer(-1, f"{round(value, 2):g}", (), value)


_KINDS = {
    "tree": _tree,
    "neighbours": _neighbours,
    "centroid": _centroid,
    "softmax": _softmax,
    "naive-bayes": _bayes,
    "dense": _dense,
    "line": _line,
}

if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    said = load(sys.argv[1]).predict(json.loads(sys.argv[2]))
    print(said.text)
    for label, share in zip(load(sys.argv[1]).labels, said.shares):
        print(f"  {label}: {share:.3f}")
