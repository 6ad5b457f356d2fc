"""Two people at the same moment: a resource is published once, and a stop leaves nothing open."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from qiming.curriculum.lending import queries as lending
from qiming.kernel.errors import UserError
from qiming.resources.models import ResourceVersion
from qiming.resources.tests.conftest import Shelf, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(transactional_db: None, tmp_path: Path) -> Shelf:
    """A shelf that other connections see."""
    return build(tmp_path / "content")


def test_two_officers_at_once_publish_it_once(committed: Shelf) -> None:
    version = committed.approved(committed.offer())
    outcomes: list[str] = []

    def release() -> None:
        try:
            committed.publish(version)
            outcomes.append("done")
        except UserError as error:
            outcomes.append(error.message)
        finally:
            connection.close()

    officers = [threading.Thread(target=release) for _ in range(2)]
    for one in officers:
        one.start()
    for one in officers:
        one.join()
    assert sorted(outcomes) == ["done", "还不能“上线”"]
    assert ResourceVersion.objects.unscoped("test").filter(is_served=True).count() == 1


def test_a_stop_and_an_adoption_at_once_leave_nothing_open(committed: Shelf) -> None:
    version = committed.published()
    trouble: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except UserError:
            pass
        except BaseException as error:
            trouble.append(error)
        finally:
            connection.close()

    acts: tuple[Callable[[], object], ...] = (
        lambda: committed.adopt(version),
        lambda: committed.move(version, "city_officer", "suspend", reason="有安全问题"),
    )
    both = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert trouble == []
    assert lending.lent_to(committed.cast.other_class.path) == []
