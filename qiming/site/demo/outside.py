"""Other systems in the demo: three keys and some statements about pupils of one class. Synthetic, as all of it."""

from qiming.records.services import home_page
from qiming.records.verbs import ADL_VERB
from qiming.records.xapi import keys, store, usage
from qiming.records.xapi.keys import Kept, Limits
from qiming.registry.types import OrgRef
from qiming.site.demo import seats

BANK = "https://tiku.example/questions/"


def connect(group: OrgRef) -> None:
    """A question bank that brings answers, a reader, and a key nobody used."""
    limits = Limits((f"{ADL_VERB}/answered", f"{ADL_VERB}/completed"), (BANK,), 65536, 600, Kept.SCHOOL_YEAR)
    bank, _ = keys.make(name="校本题库（合成示例）", scope="write,read-own", limits=limits)
    keys.make(name="区数据看板（合成示例）", scope="read", limits=Limits())
    holder = keys.Holder(bank, "", frozenset({keys.WRITE}), limits)
    sent = [
        {
            "actor": {"account": {"homePage": home_page(), "name": str(pupil.id)}},
            "verb": {"id": f"{ADL_VERB}/answered", "display": {"zh-CN": "作答了"}},
            "object": {"id": f"{BANK}{number}", "definition": {"name": {"zh-CN": f"示例题{number}"}}},
            "result": {
                "success": (pupil.seat_no + number) % 3 > 0,
                "score": {"scaled": ((pupil.seat_no + number) % 3) / 2},
            },
        }
        for pupil in seats.some_pupils(group, 12)
        for number in (1, 2, 3)
    ]
    kept = store.keep(sent, holder=holder, version="2.0.0")
    usage.note(bank, usage.Came(stored=len(kept.fresh), refused=1))
