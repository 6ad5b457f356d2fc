"""Makes the weights of `hearing` from labelled texts: python -m qiming.agents.guard.training [FOLDER] [--figures]

Reads `training/*.jsonl` and `cases/crisis*.tsv` of content/guard, writes `hearing.txt` beside them. Logistic regression over
n-grams and ideas; the same texts give the same weights. The thresholds are set on marks a text got from a model that
had not seen its file, and the figures printed are of such marks. Needs scipy; nothing that serves pages imports this.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from qiming.agents.guard.hearing import FLOOR, Hearing, Ideas, Weights, grams, pieces, written
from qiming.assurance.graders.text import squeezed

NEED: Final = ("self_harm", "abuse", "violence_home", "bullying", "others")
_KINDS: Final = {
    "ending_life": "self_harm", "self_harm": "self_harm", "goodbye": "self_harm", "giving_away": "self_harm",
    "hopeless_plan": "self_harm", "not_eating": "self_harm", "running_away": "self_harm", "suicide": "self_harm",
    "runaway_eating": "self_harm", "abuse_adult": "abuse", "online_blackmail": "abuse", "blackmail": "abuse",
    "abuse": "abuse", "abuse_home": "violence_home", "violence_home": "violence_home",
    "bullying_despair": "bullying", "bullying": "bullying", "friend_in_danger": "others", "friend": "others",
    "others": "others",
}  # fmt: skip
STRENGTH: Final = 8.0  # how far weights may go: the inverse of the pull to zero
IDEA: Final = 0.3  # what one idea counts beside n-grams that together count one
ROUNDS: Final = 80
SEEN: Final = 2  # an n-gram counts from so many pieces on
KEPT: Final = 40_000  # n-grams with the greatest weights
UNIT: Final = 0.05
ALARM_FALSE, ASK_FALSE = 0.01, 0.03  # at most, of ordinary talk in files the model had not seen
SETTING: Final = (
    "first",
    "crisis",
    "crisis_held",
    "crisis_fresh",
)  # short talk as it is typed: sets the thresholds
HELD_OUT: Final = (*SETTING, "a", "b")  # a and b: longer pieces, b written two by two to lie on the border

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text. `way`: explicit, implicit or ordinary; `kind`: of need, where there is one."""

    text: str
    way: str
    kind: str
    file: str


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model: where each feature stands, their weights and, last, the bias."""

    places: dict[str, int]
    weights: Array


def texts(folder: Path) -> list[Text]:
    """Every labelled text of content/guard, file by file."""
    found: list[Text] = []
    for path in sorted((folder / "training").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            need = said["label"] != "ordinary"
            found.append(Text(said["text"], said["label"], _KINDS[said["kind"]] if need else "", path.stem))
    for path in sorted((folder / "cases").glob("crisis*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                way, kind, said = line.replace("\\u200b", "\u200b").split("\t")
                found.append(
                    Text(said, "ordinary", "", path.stem)
                    if way == "none"
                    else Text(said, way, kind, path.stem)
                )
    return found


def digest(folder: Path) -> str:
    """sha256 over everything that is learnt from."""
    seen = sha256()
    for path in [
        *sorted((folder / "training").glob("*.jsonl")),
        *sorted((folder / "cases").glob("crisis*.tsv")),
        folder / "ideas.yaml",
    ]:
        seen.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return seen.hexdigest()


def ideas_of(folder: Path) -> Ideas:
    return Ideas(yaml.safe_load((folder / "ideas.yaml").read_text(encoding="utf-8"))["ideas"])


def features(piece: str, ideas: Ideas) -> dict[str, float]:
    """What is seen of one squeezed piece, as `Hearing.mark` counts it."""
    found = grams(piece)
    weight = 1 / math.sqrt(max(len(found), FLOOR))
    counted = {gram: many * weight for gram, many in Counter(found).items()}
    bits = 0
    for one in ideas.begun(piece):
        bits |= one
    return counted | {f"@{name}": IDEA for name in ideas.of(bits)}


def examples(rows: Iterable[Text]) -> list[tuple[str, float, float]]:
    """(piece, +1 or -1, weight): a cry is learnt whole, ordinary talk whole and piece by piece."""
    found: list[tuple[str, float, float]] = []
    for row in rows:
        seen = squeezed(row.text)
        whole = (0, len(seen.text))
        cut = pieces(row.text, seen.places)
        if row.way != "ordinary":
            found.append((seen.text[:240], 1.0, 1.0))
            continue
        if whole in cut or len(cut) == 1:
            found.append((seen.text, -1.0, 1.0))
        found += [(seen.text[start:end], -1.0, 0.5) for start, end in cut if (start, end) != whole]
    return found


class Trainer:
    """Fits models to parts of the texts; what is seen of a piece is counted once."""

    def __init__(self, ideas: Ideas) -> None:
        self.ideas = ideas
        self._seen: dict[str, dict[str, float]] = {}

    def _features(self, piece: str) -> dict[str, float]:
        if piece not in self._seen:
            self._seen[piece] = features(piece, self.ideas)
        return self._seen[piece]

    def fit(self, rows: Sequence[Text]) -> Model:
        """Logistic regression with the squares of the weights held down."""
        given = examples(rows)
        many: Counter[str] = Counter()
        for piece, _, _ in given:
            many.update(self._features(piece).keys())
        places = {name: at for at, name in enumerate(sorted(key for key, n in many.items() if n >= SEEN))}
        table = self._table([piece for piece, _, _ in given], places)
        turned = table.T.tocsr()
        sign = np.array([sign for _, sign, _ in given])
        share = np.array([weight for _, _, weight in given])

        def loss(point: Array) -> tuple[float, Array]:
            margin = sign * (table @ point[:-1] + point[-1])
            slope = -sign * share / (1 + np.exp(np.clip(margin, -30, 30)))
            value = float((share * np.logaddexp(0, -margin)).sum() + point[:-1] @ point[:-1] / STRENGTH / 2)
            return value, np.append(turned @ slope + point[:-1] / STRENGTH, slope.sum())

        found = minimize(
            loss, np.zeros(len(places) + 1), jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS}
        )
        return Model(places, found.x)

    def _table(self, given: Sequence[str], places: dict[str, int]) -> Any:
        ends, columns, values = [0], [], []
        for piece in given:
            for name, value in self._features(piece).items():
                if name in places:
                    columns.append(places[name])
                    values.append(value)
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(given), len(places)))

    def hearing(self, model: Model, about: dict[str, str], rows: Sequence[Text] = ()) -> Hearing:
        """The model as it is shipped: the greatest weights, in whole units."""
        rounded = {name: round(float(model.weights[at]) / UNIT) for name, at in model.places.items()}
        kept = sorted((-abs(value), name) for name, value in rounded.items() if value and name[0] != "@")[
            :KEPT
        ]
        kinds, priors = kinds_of(rows)
        told = about | {
            "bias": f"{model.weights[-1]:.4f}", "unit": str(UNIT), "alarm": about.get("alarm", "0"),
            "ask": about.get("ask", "0"), "kinds": " ".join(NEED), "priors": " ".join(map(str, priors)),
        }  # fmt: skip
        weights = Weights(
            grams={name: rounded[name] for _, name in kept},
            ideas={name[1:]: round(value * IDEA) for name, value in rounded.items() if name[0] == "@"},
            bias=float(told["bias"]), unit=UNIT, alarm=float(told["alarm"]), ask=float(told["ask"]),
            names=NEED, kinds=kinds, priors=priors, about=told,
        )  # fmt: skip
        return Hearing(weights, self.ideas)


def kinds_of(rows: Sequence[Text]) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """How much each n-gram says of each kind of need, from how often it stands in its texts (naive Bayes)."""
    seen: dict[str, Counter[str]] = {kind: Counter() for kind in NEED}
    for row in rows:
        if row.kind:
            seen[row.kind].update(set(grams(squeezed(row.text).text)))
    whole: Counter[str] = Counter()
    for counted in seen.values():
        whole.update(counted)
    many = Counter(row.kind for row in rows if row.kind)
    found = {}
    for gram, n in whole.items():
        if n >= 4:
            shares = [math.log((seen[kind][gram] + 0.5) / (many[kind] + 5)) for kind in NEED]
            middle = sum(shares) / len(shares)
            values = tuple(10 * round(10 * (share - middle)) for share in shares)
            if max(values) >= 50:
                found[gram] = values
    total = max(1, sum(many.values()))
    return found, tuple(round(100 * math.log((many[kind] + 1) / total)) for kind in NEED)


def held_out(trainer: Trainer, rows: Sequence[Text]) -> dict[str, list[tuple[Text, float]]]:
    """The marks of each file, by a model that had not seen that file."""
    found = {}
    for name in HELD_OUT:
        hearing = trainer.hearing(trainer.fit([row for row in rows if row.file != name]), {})
        found[name] = [(row, hearing.mark(row.text).value) for row in rows if row.file == name]
    return found


def threshold(marks: Iterable[float], share: float) -> float:
    """The lowest mark that at most `share` of these reach."""
    ordered = sorted(marks, reverse=True)
    return ordered[int(share * len(ordered))] + 0.005 if ordered else 0.0


def told(marked: dict[str, list[tuple[Text, float]]], alarm: float, ask: float) -> list[str]:
    """The figures of every file at these thresholds."""
    lines = []
    for name, rows in marked.items():
        for way in ("explicit", "implicit", "ordinary"):
            mine = [value for row, value in rows if row.way == way]
            if mine:
                loud, soft = sum(one >= alarm for one in mine), sum(alarm > one >= ask for one in mine)
                lines.append(f"{name} {way}: told {loud}, asked {soft} of {len(mine)}")
    return lines


def train(
    folder: Path, *, today: str, thresholds: tuple[float, float] | None = None
) -> tuple[Hearing, list[str]]:
    """The model of all texts, and the figures of what was held out. With `thresholds` nothing is held out."""
    rows = texts(folder)
    trainer = Trainer(ideas_of(folder))
    figures: list[str] = []
    if thresholds is None:
        marked = held_out(trainer, rows)
        ordinary = [v for name in SETTING for row, v in marked.get(name, []) if row.way == "ordinary"]
        thresholds = threshold(ordinary, ALARM_FALSE), threshold(ordinary, ASK_FALSE)
        figures = told(marked, *thresholds)
    ways = Counter(row.way for row in rows)
    about = {
        "# ": "Weights of qiming/agents/guard/hearing.py. Made by a program: change the texts, not this file.",
        "source": "启明编写的句子，逐条标注，都是为此编的，没有孩子的原话",
        "status": "proposal", "version": today,
        "command": "python -m qiming.agents.guard.training",
        "texts": " ".join(f"{way}={ways[way]}" for way in sorted(ways)),
        "sha256": digest(folder),
        "alarm": f"{thresholds[0]:.3f}", "ask": f"{thresholds[1]:.3f}",
    }  # fmt: skip
    about |= {f"held out {at}": line for at, line in enumerate(figures, 1)}
    return trainer.hearing(trainer.fit(rows), about, rows), figures


def main() -> None:
    asked = sys.argv[1:]
    folder = Path(asked[0]) if asked else Path(__file__).resolve().parents[3] / "content" / "guard"
    hearing, figures = train(folder, today=str(np.datetime64("today")))
    (folder / "hearing.txt").write_text(written(hearing.weights), encoding="utf-8")
    sys.stdout.write("\n".join([*figures, f"n-grams {len(hearing.weights.grams)}", ""]))


if __name__ == "__main__":
    main()
