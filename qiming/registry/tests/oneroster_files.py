"""Small OneRoster packages for the tests, written by hand: invented people, invented ids."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qiming.registry.oneroster.columns import columns_of

Rows = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Files:
    """A package in the making; `modes` is bulk for every file that has rows unless said otherwise."""

    version: str = "1.2"
    source: str = "sis"
    rows: Mapping[str, Rows] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def but(self, **files: Rows) -> "Files":
        return replace(self, rows={**self.rows, **files})

    def delta(self, **files: Rows) -> "Files":
        """The same source tells only these rows, as changes."""
        told = {
            name: [{"status": "active", "dateLastModified": "2026-10-01T00:00:00Z", **row} for row in rows]
            for name, rows in files.items()
        }
        return replace(self, rows=told, modes=dict.fromkeys(files, "delta"))

    def manifest(self) -> str:
        lines = [
            ("propertyName", "value"),
            ("manifest.version", "1.0"),
            ("oneroster.version", self.version),
            ("source.systemCode", self.source),
        ]
        for name in self.rows:
            lines.append((f"file.{name}", self.modes.get(name, "bulk")))
        return "".join(f"{key},{value}\n" for key, value in lines)

    def text(self, name: str) -> str:
        columns = [*columns_of(name, self.version).all, *self.more.get(name, ())]
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, columns, restval="")
        writer.writeheader()
        writer.writerows([dict(row) for row in self.rows[name]])
        return out.getvalue()

    def zip(self, path: Path, encoding: str = "utf-8") -> Path:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("manifest.csv", self.manifest())
            for name in self.rows:
                out.writestr(f"{name}.csv", self.text(name).encode(encoding))
        return path


def org(sid: str, name: str, kind: str = "school", **more: object) -> dict[str, object]:
    return {"sourcedId": sid, "name": name, "type": kind, **more}


def group(sid: str, school: str, grade: int, number: int, **more: object) -> dict[str, object]:
    return {
        "sourcedId": sid,
        "title": f"{grade}年级{number}班",
        "grades": f"{grade:02}",
        "classCode": str(number),
        "classType": "homeroom",
        "schoolSourcedId": school,
        **more,
    }


def user(sid: str, name: str, **more: object) -> dict[str, object]:
    return {
        "sourcedId": sid,
        "enabledUser": "true",
        "username": sid,
        "familyName": name[0] if name[0] > "z" else "",
        "givenName": name[1:] if name[0] > "z" else name,
        **more,
    }


def role(user_sid: str, org_sid: str, word: str) -> dict[str, object]:
    return {
        "sourcedId": f"r-{user_sid}-{org_sid}",
        "userSourcedId": user_sid,
        "roleType": "primary",
        "role": word,
        "orgSourcedId": org_sid,
    }


def enrollment(user_sid: str, class_sid: str, word: str = "student", **more: object) -> dict[str, object]:
    return {
        "sourcedId": f"e-{user_sid}-{class_sid}",
        "classSourcedId": class_sid,
        "userSourcedId": user_sid,
        "role": word,
        **more,
    }


def city_files(district: str, version: str = "1.2") -> Files:
    """A district with one new school: a class of three pupils, a teacher, a head, a guardian."""
    pupils = [("p1", "王小雨"), ("p2", "李雷"), ("p3", "古丽米热·阿卜杜热西提")]
    users = [user(sid, name) for sid, name in pupils]
    users[0]["agentSourcedIds"] = "g1"
    users[0]["identifier"] = "G110101201501010011"
    others = [user("t1", "赵老师", username="zhao.t"), user("h1", "钱校长"), user("g1", "王家长")]
    seats = [enrollment(sid, "c1") for sid, _ in pupils] + [enrollment("t1", "c1", "teacher")]
    words = {
        "p1": "student",
        "p2": "student",
        "p3": "student",
        "t1": "teacher",
        "h1": "principal",
        "g1": "parent",
    }
    rows: dict[str, Rows] = {
        "orgs": [
            org("d1", district, "district"),
            org("s1", "新建一中", identifier="3111000001", parentSourcedId="d1"),
        ],
        "classes": [group("c1", "s1", 7, 1)],
        "users": [*users, *others],
        "enrollments": seats,
    }
    if version == "1.2":
        rows["roles"] = [role(sid, "s1", word) for sid, word in words.items()]
    else:
        rows["users"] = [
            {
                **one,
                "role": words[str(one["sourcedId"])].replace("principal", "administrator"),
                "orgSourcedIds": "s1",
            }
            for one in rows["users"]
        ]
    return Files(version=version, rows=rows)
