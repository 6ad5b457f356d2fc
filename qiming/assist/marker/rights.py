"""What the marker holds about one person: a pupil's sheets and marks; of teachers, what they wrote and decided."""

from uuid import UUID

from qiming.assist.models import MarkerChoice, MarkRubric, PreMark, SheetAnswer, SheetPhoto
from qiming.kernel import files, holdings, keeping
from qiming.kernel.holdings import Fate, HeldFile, Part

_WHY = "the request was checked by trust.copy_person or trust.confirm_erasure"
_KEPT = "班里的给分标准和批改要留存，去掉了是谁做的"


def export(person_id: UUID) -> list[Part]:
    """Sheets with their photos, what was read and given; rubrics written."""
    sheets = SheetPhoto.objects.unscoped(_WHY).filter(pupil_id=person_id)
    photos = holdings.part(
        "assist.sheetphoto",
        "练习纸的照片",
        sheets,
        {"时间": "created_at", "读出的字": "lines"},
        says="照片存30天。",
    )
    pictures = tuple(
        HeldFile(
            f"练习纸{no}{'.png' if row.stored_file.media_type == 'image/png' else '.jpg'}",
            files.path_of(row.stored_file.sha256).read_bytes,
        )
        for no, row in enumerate(sheets.select_related("stored_file").order_by("created_at", "id"), 1)
        if files.path_of(row.stored_file.sha256).is_file()
    )
    return [
        Part(photos.key, photos.title, photos.says, photos.columns, photos.rows, pictures),
        holdings.part(
            "assist.sheetanswer",
            "写在纸上的答案",
            SheetAnswer.objects.unscoped(_WHY).filter(pupil_id=person_id),
            {"时间": "created_at", "机器读的": "read_text", "老师改好的": "text"},
        ),
        holdings.part(
            "assist.premark",
            "简答的预批：机器提议和老师给的分",
            PreMark.objects.unscoped(_WHY).filter(pupil_id=person_id),
            {
                "时间": "looked_at",
                "机器提议": "machine",
                "老师给的分": "points",
                "老师的话": "comment",
                "发出": "released_at",
            },
        ),
        holdings.part(
            "assist.markrubric",
            "写的给分标准",
            MarkRubric.objects.unscoped(_WHY).filter(made_by=person_id),
            {"时间": "created_at", "第几版": "number", "标准": "criteria"},
        ),
    ]


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """A pupil's sheets and marks go; a teacher's rubrics and looks stay with the class without who made them."""
    sheets = SheetPhoto.objects.unscoped(_WHY).filter(pupil_id=person_id)
    stored = list(sheets.values_list("stored_file_id", flat=True))
    fates = [
        holdings.erased("简答的预批", PreMark.objects.unscoped(_WHY).filter(pupil_id=person_id)),
        holdings.erased("写在纸上的答案", SheetAnswer.objects.unscoped(_WHY).filter(pupil_id=person_id)),
        holdings.erased("练习纸的照片", sheets),
    ]
    keeping.forget_files(stored)
    for model, column in (
        (PreMark, "looked_by"),
        (PreMark, "released_by"),
        (SheetAnswer, "corrected_by"),
        (SheetPhoto, "uploaded_by"),
        (MarkerChoice, "set_by"),
    ):
        model.objects.unscoped(_WHY).filter(**{column: person_id}).update(**{column: pseudonym_id})
    rubrics = MarkRubric.objects.unscoped(_WHY).filter(made_by=person_id)
    return [*fates, holdings.moved("给分标准", rubrics, _KEPT, made_by=pseudonym_id)]
