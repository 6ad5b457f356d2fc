"""The classes of the record store's fields."""

from qiming.kernel.privacy import classify, l3

ACTS = l3("学习过程")

classify(
    "records",
    {"Statement": {ACTS: "actor_person verb object_kind object_id period_id timestamp stored raw"}},
)
