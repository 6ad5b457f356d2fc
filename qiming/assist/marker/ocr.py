"""Reading photographed sheets: a program of its own, so that the pictures' decoder and the models live and die apart from
the worker. Needs `qiming[ocr]`; the models lie in the package, nothing is fetched.

    python -m qiming.assist.marker.ocr        paths on the standard input, one JSON line for each on the standard output

A line: {"lines": [{"text", "box": [x0, y0, x1, y1], "score"}], "turn": 0|90|180|270, "sharp": float, "ms": int} or
{"trouble": "unreadable"}. `box` in shares of the picture after it was turned by `turn` degrees counter-clockwise;
`sharp` is the edge energy of the written parts against their contrast.
"""

import json
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
}
ASKED_FOR_DIRECTION = 7  # the longest lines of a page
MOST_LINES = 300
ALL = {"use_det": True, "use_cls": True, "use_rec": True}  # said at every call: the reader remembers the last


class Engine(Protocol):
    """What is used of `rapidocr.RapidOCR`."""

    def __call__(self, picture: Any, **how: bool) -> Any: ...


def is_installed() -> bool:
    """Whether the parts that read are there; loads none of them."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def model_paths() -> dict[str, str]:
    """Where the models lie. Named one by one, so that the library has nothing to look for elsewhere."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("rapidocr is not installed")
    folder = Path(spec.origin).parent / "models"
    paths = {key: folder / name for key, name in MODELS.items()}
    if missing := [str(path) for path in paths.values() if not path.is_file()]:
        raise FileNotFoundError(f"models are missing: {', '.join(missing)}")
    return {key: str(path) for key, path in paths.items()}


def engine() -> Engine:
    """The reader, one thread."""
    from rapidocr import RapidOCR  # noqa: PLC0415 - an extra, loaded by this program alone

    quiet = {"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
    made: Any = RapidOCR(params={**model_paths(), **quiet})
    return made  # type: ignore[no-any-return]  # used by the protocol above


def read(reader: Engine, path: str) -> dict[str, Any]:
    """One picture: its lines from top to bottom as it should be held."""
    import cv2  # noqa: PLC0415 - likewise

    began = time.monotonic()
    picture = cv2.imread(path)
    if picture is None:
        return {"trouble": "unreadable"}
    found = reader(picture, **ALL)
    turn = _turn(reader, picture, found)
    if turn:
        picture = _turned(picture, turn)
        found = reader(picture, **ALL)
    return {
        "lines": _lines(found, picture.shape),
        "turn": turn,
        "sharp": round(_sharp(picture, found), 3),
        "ms": round((time.monotonic() - began) * 1000),
    }


def _lines(found: Any, shape: tuple[int, ...]) -> list[dict[str, Any]]:
    height, width = shape[:2]
    rows: list[dict[str, Any]] = []
    for box, text, score in _each(found):
        xs, ys = [float(x) / width for x, _ in box], [float(y) / height for _, y in box]
        corners = [round(min(1.0, max(0.0, one)), 4) for one in (min(xs), min(ys), max(xs), max(ys))]
        rows.append({"text": str(text)[:500], "box": corners, "score": round(float(score), 3)})
    return sorted(rows, key=lambda row: (row["box"][1], row["box"][0]))[:MOST_LINES]


def _each(found: Any) -> list[tuple[Any, str, float]]:
    if getattr(found, "boxes", None) is None or getattr(found, "txts", None) is None:
        return []
    return list(zip(found.boxes, found.txts, found.scores, strict=True))


def _turn(reader: Engine, picture: Any, found: Any) -> int:
    """By how many degrees counter-clockwise the picture has to be turned to stand upright."""
    crops = [_crop(picture, box) for box, _, _ in _each(found)]
    crops = sorted((one for one in crops if one.size), key=lambda one: -max(one.shape[:2]))[
        :ASKED_FOR_DIRECTION
    ]
    if not crops:
        return 0
    tall = sum(one.shape[0] > 1.5 * one.shape[1] for one in crops) * 2 > len(crops)
    if tall:
        crops = [_turned(one, 90) for one in crops]
    heads_down = 0
    for one in crops:
        said: Any = reader(one, use_det=False, use_cls=True, use_rec=False).cls_res
        heads_down += any(str(label) == "180" and float(score) > 0.7 for label, score in said or ())
    down = heads_down * 2 > len(crops)
    return (270 if down else 90) if tall else (180 if down else 0)


def _crop(picture: Any, box: Any) -> Any:
    xs, ys = [int(x) for x, _ in box], [int(y) for _, y in box]
    return picture[max(0, min(ys)) : max(ys), max(0, min(xs)) : max(xs)]


def _turned(picture: Any, degrees: int) -> Any:
    import cv2  # noqa: PLC0415 - likewise

    codes = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
    return cv2.rotate(picture, codes[degrees])


def _sharp(picture: Any, found: Any) -> float:
    """Edge energy of the written parts against their contrast; a blurred photo has little. 0 without writing."""
    import cv2  # noqa: PLC0415 - likewise

    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    values = []
    for box, _, _ in _each(found):
        crop = _crop(gray, box)
        if crop.size > 400 and (contrast := float(crop.var())) > 20:
            scaled = cv2.resize(crop, None, fx=48 / crop.shape[0], fy=48 / crop.shape[0])
            values.append(float(cv2.Laplacian(scaled, cv2.CV_64F).var()) / contrast)
    return sorted(values)[len(values) // 2] if values else 0.0


def main() -> None:
    """Read what the standard input names, until it ends."""
    reader = engine()
    for path in sys.stdin:
        try:
            told = read(reader, path.strip())
        except Exception as failure:  # one picture's failure is told and costs no other
            told = {"trouble": "failed", "what": type(failure).__name__}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
