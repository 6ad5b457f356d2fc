"""Which pages about what was learnt each role reaches."""

from collections.abc import Mapping

# Concepts at a place and what is done about them.
DIAGNOSIS: Mapping[str, str] = {
    "insight.diagnosis_of": "governance.desk",
    "insight.action_new": "insight.diagnosis_of",
}
# What a class has learnt, for everybody of the school who teaches it or answers for it.
LEARNING: Mapping[str, str] = {
    "insight.groups": "insight.class",
    "insight.class_graph": "insight.class",
    "insight.class_labs": "insight.class",
    "insight.groups_print": "insight.class",
    "insight.misconception": "insight.class",
    "insight.concept": "insight.class",
    "insight.item": "insight.class",
    "insight.pupil": "insight.class",
    "insight.pupil_graph": "insight.pupil",
    "insight.answers": "insight.pupil",
}
# What a class can be looked at besides its report, for whoever teaches it; what is done about it; paper to take home.
OF_CLASS: Mapping[str, str] = {
    "insight.gain": "insight.class",
    "insight.diagnosis_of": "insight.class",
    "insight.class_handbook": "insight.class",
}
# Examinations of the own classes; the head's without pupils' results.
EXAMS: Mapping[str, str] = {"insight.exams": "insight.home", "insight.exam": "insight.exams"}
BRINGS_EXAMS: Mapping[str, str] = {
    "insight.exam_new": "insight.exams",
    "insight.exam_doubts": "insight.exam",
    "insight.exam_concepts": "insight.exam",
}
