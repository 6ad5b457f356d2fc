"""The classes of trust's fields."""

from qiming.kernel.privacy import RUNNING, classify, l3

READING = l3("查看记录")

classify("trust", {"AccessLog": {READING: "reader_id role what subject_id", RUNNING: "verb bucket"}})
