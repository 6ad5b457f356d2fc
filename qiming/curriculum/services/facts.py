"""The graph, syllabus versions, dated rules and data sets. Rows keep their keys for ever; what left the text stays,
marked as no longer current, for the evidence that points at it."""

from typing import Any

from qiming.curriculum.building import Blob, blob_of
from qiming.curriculum.models import (
    Concept,
    ConceptGraph,
    Dataset,
    MediaFile,
    Outcome,
    StageRule,
    Syllabus,
)
from qiming.curriculum.reading import DatasetFolder
from qiming.curriculum.types import AI
from qiming.kernel import time
from qiming.kernel.content import Document, hash_data, hash_folder

# What labs may fetch; a task's reference solution is not among them.
FILES = ("*.svg", "*.csv", "*.txt", "*_start.py", "*_check.py", "*_marks.py", "dataset.yaml")


def import_graph(document: Document) -> bool:
    data: dict[str, Any] = document.data
    content_hash = hash_data(data)
    key = data.get("key", "ai")
    if ConceptGraph.objects.filter(key=key, content_hash=content_hash).exists():
        return False
    graph, _ = ConceptGraph.objects.update_or_create(
        key=key,
        defaults={
            "title": data["title"],
            "status": data["status"],
            "source": data["source"],
            "subject": data.get("subject", "人工智能"),
            "abilities": data.get("abilities", []),
            "content_hash": content_hash,
            "changed_at": time.now(),
        },
    )
    for concept in data["concepts"]:
        Concept.objects.update_or_create(
            key=concept["id"],
            defaults={
                "graph": graph,
                "title": concept["title"],
                "stage": concept["stage"],
                "grade": concept["grade"],
                "strand": concept["strand"],
                "note": concept["note"],
                "pupil": concept.get("pupil", ""),
                "teacher": concept.get("teacher", ""),
                "abilities": concept.get("abilities", []),
                "frameworks": concept.get("frameworks", {}),
                "misconceptions": concept.get("misconceptions", []),
                "prerequisites": concept["prerequisites"],
                "is_current": True,
            },
        )
    kept = [concept["id"] for concept in data["concepts"]]
    graph.concepts.exclude(key__in=kept).update(is_current=False)
    return True


def import_syllabus(document: Document) -> bool:
    data: dict[str, Any] = document.data
    content_hash = hash_data(data)
    if Syllabus.objects.filter(key=data["key"], content_hash=content_hash).exists():
        return False
    syllabus, _ = Syllabus.objects.update_or_create(
        key=data["key"],
        defaults={
            "title": data["title"],
            "published": data["published"],
            "status": data["status"],
            "subject": data.get("subject", AI),
            "full_text_found": data["full_text_found"],
            "note": data["note"],
            "content_hash": content_hash,
            "changed_at": time.now(),
        },
    )
    themes = {theme["key"]: theme["title"] for theme in data["themes"]}
    for position, outcome in enumerate(data["outcomes"], start=1):
        _import_outcome(syllabus, position, outcome, themes)
    kept = [outcome["id"] for outcome in data["outcomes"]]
    syllabus.outcomes.exclude(key__in=kept).update(is_current=False)
    return True


def _import_outcome(
    syllabus: Syllabus, position: int, outcome: dict[str, Any], themes: dict[str, str]
) -> None:
    Outcome.objects.update_or_create(
        key=outcome["id"],
        defaults={
            "syllabus": syllabus,
            "position": position,
            "theme": outcome["theme"],
            "theme_title": themes[outcome["theme"]],
            "stage": outcome["stage"],
            "grade": outcome.get("grade"),
            "text": outcome["text"],
            "source": outcome["source"],
            "verified": outcome["verified"],
            "note": outcome.get("note", ""),
            "lesson": outcome.get("lesson", ""),
            "concepts": outcome.get("concepts", []),
            "supports": outcome.get("supports", []),
            "is_current": True,
        },
    )


def import_rules(document: Document) -> bool:
    changed = False
    for rule in document.data["rules"]:
        row = {
            "kind": rule["kind"],
            "stage": rule["stage"],
            "value": rule["value"],
            "requires": rule.get("requires", []),
            "valid_from": rule["from"],
            "valid_to": rule["to"],
            "text": rule["text"],
            "source": rule["source"],
            "verified": rule["verified"],
            "is_current": True,
        }
        if not StageRule.objects.filter(key=rule["id"], **row).exists():
            StageRule.objects.update_or_create(key=rule["id"], defaults=row)
            changed = True
    return changed


def import_dataset(read: DatasetFolder, hashes: dict[str, str], *, keep_old: bool) -> bool:
    """Notes the version now in force in `hashes`; with `keep_old` the stored one stays."""
    key = read.folder.name
    current = Dataset.objects.filter(key=key, is_current=True).first()
    if keep_old or read.document is None:
        if current:
            hashes[key] = current.content_hash
        return False
    content_hash = hash_folder(read.folder)
    hashes[key] = content_hash
    if current and current.content_hash == content_hash:
        return False
    Dataset.objects.filter(key=key, is_current=True).update(is_current=False)
    if Dataset.objects.filter(key=key, content_hash=content_hash).update(is_current=True):
        return True
    data: dict[str, Any] = read.document.data
    blobs = {path.name: blob_of(path) for pattern in FILES for path in read.folder.glob(pattern)}
    keep_blobs(list(blobs.values()))
    Dataset.objects.create(
        key=key,
        content_hash=content_hash,
        title=data["title"],
        kind=data["kind"],
        data=data,
        files={name: blob.sha256 for name, blob in blobs.items()},
    )
    return True


def keep_blobs(blobs: list[Blob]) -> None:
    MediaFile.objects.bulk_create(
        [MediaFile(sha256=blob.sha256, media_type=blob.media_type, body=blob.body) for blob in blobs],
        ignore_conflicts=True,
        batch_size=100,
    )
