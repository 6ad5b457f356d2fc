"""How sure we are that a pupil has a concept: a pure library, no database, no clock, no Django."""

from qiming.mastery.bands import Band, band, sure_words
from qiming.mastery.explain import answer_words, reasons, summary
from qiming.mastery.kept import from_json, shipped, to_json
from qiming.mastery.practice import Candidate, Choice, Pupil, choose_practice
from qiming.mastery.priors import Params, ease_for, params_for
from qiming.mastery.reading import JUDGEMENTS, Fit, Reading, likely, read, start, teachers_share
from qiming.mastery.tracing import Asked, Learner, Skill, Tracing, step, weight_of

__all__ = [
    "JUDGEMENTS",
    "Asked",
    "Band",
    "Candidate",
    "Choice",
    "Fit",
    "Learner",
    "Params",
    "Pupil",
    "Reading",
    "Skill",
    "Tracing",
    "answer_words",
    "band",
    "choose_practice",
    "ease_for",
    "from_json",
    "likely",
    "params_for",
    "read",
    "reasons",
    "shipped",
    "start",
    "step",
    "summary",
    "sure_words",
    "teachers_share",
    "to_json",
    "weight_of",
]
