"""An agent is a folder: a new one works without code, an unsound one is not there and says why."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import LazySettings
from typer.testing import CliRunner

from qiming.agents.cli import app
from qiming.agents.folders import load, problems_in
from qiming.agents.talk import services
from qiming.agents.talk.types import Draft, Said
from qiming.agents.tests.conftest import CONTENT
from qiming.agents.tests.talking import context
from qiming.kernel.errors import UserError


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A content folder with our schemas and guard, and one new agent."""
    for name in ("schemas", "guard"):
        (tmp_path / name).symlink_to(CONTENT / name)
    shutil.copytree(
        CONTENT / "agents" / "companion",
        tmp_path / "agents" / "reader",
        ignore=shutil.ignore_patterns("cases"),
    )
    said = yaml.safe_load((CONTENT / "agents" / "companion" / "agent.yaml").read_text())
    write(tmp_path, said | {"key": "reader", "title": "伴读", "tests": []})
    phrases = (tmp_path / "agents" / "reader" / "phrases.yaml").read_text()
    (tmp_path / "agents" / "reader" / "phrases.yaml").write_text(
        phrases.replace("你好，我是AI学伴", "你好，我是伴读")
    )
    return tmp_path


def write(content: Path, said: dict[str, Any]) -> None:
    path = content / "agents" / "reader" / "agent.yaml"
    path.write_text(yaml.safe_dump(said, allow_unicode=True))
    load.cache_clear()


def said(content: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((content / "agents" / "reader" / "agent.yaml").read_text()))


def test_what_ships_is_sound() -> None:
    assert not problems_in(CONTENT) and "companion" in load(CONTENT)


@pytest.mark.django_db
def test_a_new_folder_is_a_new_agent(content: Path, settings: LazySettings) -> None:
    settings.CONTENT_ROOT = content
    turn = services.say(context(agent="reader"), "你好")
    assert turn.outcome is Said.ANSWERED and "我是伴读" in (turn.text or "")
    assert services.say(context(agent="reader"), "答案是什么").move == "evidence"
    told = CliRunner().invoke(app, ["list"])
    assert '"reader"' in told.output and '"key": "companion"' not in told.output
    assert CliRunner().invoke(app, ["check"]).exit_code == 0


@pytest.mark.django_db
def test_an_agent_for_staff_quotes_documents_or_takes_its_page_s_draft(
    content: Path, settings: LazySettings
) -> None:
    settings.CONTENT_ROOT = content
    plain = {name: value for name, value in said(content).items() if name != "phrases"}
    write(
        content,
        plain
        | {"for": "anyone", "guard": "staff", "stages": ["staff"], "modes": ["work"], "engine": "passages"},
    )
    here = context(agent="reader", mode="work", lesson=None, item=None, attempts=())
    here = replace(here, stage="staff")
    found = services.say(here, "测试集是先收起来不让机器学的吗")
    assert (
        "先收起来不让机器学" in (found.text or "") and found.citations[0].version == "v1" and found.asks == ()
    )
    assert found.label == services.FROM_DOCUMENTS and services.say(here, "办护照要带什么").move == "unknown"
    assert services.say(here, "我不想活了").outcome is Said.CRISIS
    write(content, said(content) | {"engine": "own"})
    with pytest.raises(UserError):
        services.say(here, "请拟一份教案")
    assert services.say(here, "请拟一份教案", draft=Draft("第一环节……")).text == "第一环节……"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"key": "other"}, "同名"),
    ({"tools": ["shell"]}, "没有这样的工具"),
    ({"guard": "staff"}, "guard"),
    ({"stages": ["junior", "kindergarten"]}, "stages"),
    ({"persona": "../../../etc/passwd"}, "persona"),
    ({"tests": ["../../guard/classes.yaml"]}, "没有这个题目文件"),
    ({"engine": "magic"}, "engine"),
    ({"more": 1}, "more"),
]


@pytest.mark.parametrize(("changes", "says"), WRONG, ids=[str(one[0]) for one in WRONG])
def test_an_unsound_folder_is_not_there_and_says_why(
    content: Path, changes: dict[str, Any], says: str
) -> None:
    write(content, said(content) | changes)
    assert load(content) == {}
    assert any(says in str(problem) for problem in problems_in(content))


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("persona.md", "{secret}", "花括号"),
        ("persona.md", "{", "花括号"),
        ("persona.md", "", "要有内容"),
        ("phrases.yaml", "hint: {all: ['{answer}']}", "花括号"),
        ("phrases.yaml", "[]", "表"),
        ("phrases.yaml", "hint: [a]", "缺少"),
        ("phrases.yaml", "a: [", "YAML"),
    ],
)
def test_persona_and_phrases_name_only_what_there_is(content: Path, file: str, text: str, says: str) -> None:
    (content / "agents" / "reader" / file).write_text(text)
    load.cache_clear()
    assert load(content) == {} and any(says in str(one) for one in problems_in(content))
