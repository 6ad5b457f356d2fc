"""Two administrators write rosters of one school at the same moment, many times.

`python -m drills.imports HOME PORT`.
"""

import sys
import threading
from collections import Counter
from uuid import UUID

import django

from benchmarks.people import Person
from drills.asking import Asker, Met
from drills.journey import sign_in_staff

ROUNDS = 12
PUPILS = 6
NUMERALS = "一二三四五六"
FIRST_CLASS = 70


def main(port: int) -> int:
    django.setup()
    _second_administrator()
    admins = [sign_in_staff(port, "admin"), sign_in_staff(port, "zhou")]
    wrong, statuses = [], Counter[str]()
    for number in range(ROUNDS):
        same = number % 2 == 0
        class_no = FIRST_CLASS + number // 2
        names = ("甲", "甲" if same else "乙")
        met = [Met(), Met()]
        paths = [
            _preview(Asker(port, who, one), class_no, name)
            for who, one, name in zip(admins, met, names, strict=True)
        ]
        found = _both(port, admins, paths, met)
        statuses.update(f"{'same' if same else 'another'} roster: {one}" for one in found)
        wrong += _wrong_with(class_no, names)
    print(f"{ROUNDS} pairs of imports at once; answers: {dict(statuses)}")
    print(*wrong, sep="\n")
    wrong += [] if statuses["same roster: 302"] else ["no roster was written at all"]
    return 1 if wrong or any(one.endswith("500") for one in statuses) else 0


def _second_administrator() -> None:
    from qiming.registry.models import Account, Organisation
    from qiming.registry.services import appoint
    from qiming.registry.types import Role

    school = Organisation.objects.unscoped("drill").get(name="示例一中")
    zhou = Account.objects.get(username="zhou")
    appoint(actor=None, person_id=zhou.person_id, role=Role.SCHOOL_ADMIN, place_id=school.id)


def _preview(asker: Asker, class_no: int, name: str) -> str:
    lines = [
        "年级,班级,座号,姓名",
        *(f"七年级,{class_no},{seat},导入{name}{'一二三四五六'[seat - 1]}" for seat in range(1, PUPILS + 1)),
    ]
    answer = asker.post("/school/import/", files={"file": ("名单.csv", "\r\n".join(lines).encode())})
    assert answer.status == 302, answer.body[:300]
    return answer.goes_to


def _both(port: int, admins: list[Person], paths: list[str], met: list[Met]) -> list[int]:
    ready = threading.Barrier(2)
    found: list[int] = []

    def write(who: Person, path: str, one: Met) -> None:
        ready.wait()
        found.append(Asker(port, who, one).post(f"{path}apply/").status)

    threads = [threading.Thread(target=write, args=told) for told in zip(admins, paths, met, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _wrong_with(class_no: int, names: tuple[str, str]) -> list[str]:
    """Each seat is taken once, and the class holds one of the two rosters whole."""
    from qiming.registry.models import ClassMembership, Organisation

    groups = Organisation.objects.unscoped("drill").filter(
        parent__name="示例一中", grade=7, class_no=class_no
    )
    if len(groups) != 1:
        return [f"class {class_no}: {len(groups)} classes"]
    members = ClassMembership.objects.unscoped("drill").filter(class_group=groups[0], ends_on=None)
    seats: list[tuple[int, str, UUID]] = list(members.values_list("seat_no", "person__name", "person_id"))
    wholes = [
        {(seat, f"导入{name}{'一二三四五六'[seat - 1]}") for seat in range(1, PUPILS + 1)} for name in names
    ]
    held = {(seat, name) for seat, name, _ in seats}
    fine = len(seats) == PUPILS and held in wholes
    return [] if fine else [f"class {class_no}: {sorted(held)}"]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[2])))
