"""Many pupils open a product at the same moment."""

import threading
from dataclasses import replace

import pytest
from django.db import connection

from qiming.resources.launching import services
from qiming.resources.launching.models import LaunchCount, ToolLaunch
from qiming.resources.launching.types import Limits
from qiming.resources.tests import launching_scene
from qiming.resources.tests.launching_scene import LESSON, OPEN, PLAIN


@pytest.mark.django_db(transaction=True)
def test_however_many_at_once_no_more_are_let_through() -> None:
    scene = launching_scene.build(replace(OPEN, daily_launches=5), **PLAIN)
    scene.in_use(Limits(daily_launches=4))
    pupil, path = scene.cast.pupil_actor(), scene.cast.klass.path
    said: list[bool] = []

    def launch() -> None:
        try:
            said.append(
                services.begin(
                    actor=pupil, product_id=scene.product.id, class_path=path, lesson_key=LESSON
                ).yes
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=launch) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (said.count(True), len(said)) == (4, 12)
    assert ToolLaunch.objects.unscoped("test").count() == 4
    assert sorted(LaunchCount.objects.values_list("taken", flat=True)) == [
        4,
        4,
    ]  # what was refused is given back
