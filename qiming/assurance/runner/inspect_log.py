"""A record as a log of inspect-ai (its JSON form, version 2), for those who look at runs with its viewer.

The form is described in inspect-ai's documentation; nothing of it is imported.
"""

from typing import Any, Final

import msgspec

from qiming.assurance.runner import summing
from qiming.assurance.runner.records import Read, Sample

_LETTER: Final[dict[bool | None, str]] = {True: "C", False: "I", None: "N"}


def log_of(read: Read, *, show_sealed: bool = False) -> bytes:
    """The log; blind cases keep their number and verdict, not their words, unless `show_sealed`."""
    header = read.header
    key, model = str(header.suite["key"]), f"{header.product['kind']}/{header.product['shown']}"
    ended = next(
        (str(note["at"]) for note in reversed(read.notes) if note.get("note") == "ended"), header.begun
    )
    metrics = {
        metric.name: {
            "name": metric.name,
            "value": metric.value,
            "params": {},
            "metadata": summing.as_json(metric),
        }
        for metric in summing.summary(read).metrics
    }
    complete = len(read.samples) >= header.samples
    log = {
        "version": 2,
        "status": "success" if complete else "cancelled",
        "eval": {
            "eval_id": header.run,
            "run_id": header.run,
            "task_id": header.run,
            "created": header.begun,
            "task": key,
            "task_version": header.suite.get("version", ""),
            "dataset": {
                "name": ",".join(str(one["key"]) for one in header.banks),
                "samples": header.samples,
                "sample_ids": [sample.id for sample in read.samples],
            },
            "model": model,
            "config": {"epochs": header.settings.get("repeats", 1)},
            "packages": {"qiming": header.runner.get("version", "")},
            "metadata": {"record": header.record, "suite": key, "runner": header.runner},
        },
        "plan": {"name": "plan", "steps": [], "config": {}},
        "results": {
            "total_samples": header.samples,
            "completed_samples": sum(sample.error is None for sample in read.samples),
            "scores": [{"name": "qiming", "scorer": "qiming", "params": {}, "metrics": metrics}],
        },
        "stats": {"started_at": header.begun, "completed_at": ended, "model_usage": {}},
        "samples": [_sample(sample, model, show_sealed) for sample in read.samples],
    }
    return msgspec.json.encode(log)


def _sample(sample: Sample, model: str, show_sealed: bool) -> dict[str, Any]:
    hidden = sample.sealed and not show_sealed
    asks = ["（盲测题）"] * len(sample.turns) if hidden else sample.turns
    replies = [""] * len(sample.replies) if hidden else sample.replies
    messages: list[dict[str, Any]] = []
    for place, asked in enumerate(asks):
        messages.append({"role": "user", "content": asked})
        if place < len(replies):
            messages.append(
                {"role": "assistant", "content": replies[place], "source": "generate", "model": model}
            )
    last = replies[-1] if replies else ""
    choice = {"message": {"role": "assistant", "content": last}, "stop_reason": "stop"}
    told: dict[str, Any] = {
        "id": sample.id,
        "epoch": 1,
        "input": asks[0] if asks else "",
        "target": sample.kind,
        "messages": messages,
        "output": {"model": model, "choices": [choice] if replies else [], "completion": last},
        "scores": {
            "qiming": {
                "value": _LETTER[sample.passed],
                "answer": sample.finding.label if sample.finding else "",
                "explanation": sample.finding.why if sample.finding else "",
            }
        },
        "metadata": {"metric": sample.metric, "class": sample.category, "attempts": sample.attempts},
        "store": {},
        "events": [],
        "model_usage": {},
        "total_time": sum(one.total_ms for one in sample.timings) / 1000,
    }
    if sample.error is not None:
        told["error"] = {"message": sample.error.says, "traceback": "", "traceback_ansi": ""}
    return told
