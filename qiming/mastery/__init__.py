"""How sure we are that a pupil has a concept: a pure library, no database, no clock, no Django."""

from qiming.mastery.bands import Band, band
from qiming.mastery.explain import Explanation, Observation, explain
from qiming.mastery.practice import Candidate, Choice, choose_practice
from qiming.mastery.priors import Params, params_for
from qiming.mastery.tracing import State, predict_correct, start, step, weight_of

__all__ = [
    "Band",
    "Candidate",
    "Choice",
    "Explanation",
    "Observation",
    "Params",
    "State",
    "band",
    "choose_practice",
    "explain",
    "params_for",
    "predict_correct",
    "start",
    "step",
    "weight_of",
]
