"""Every column of every table has a class, none is above what the platform stores."""

import pytest
from django.apps import apps
from django.db import connection, models

from qiming.kernel.privacy import HIGHEST_STORED, PersonalData, class_of, classes_of, grade_of, registered
from qiming.site.privacy import TABLES_WITHOUT_MODEL
from qiming.trust.catalogue import catalogue

ALL = apps.get_models(include_auto_created=True)


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.label)
def test_every_field_has_a_class(model: type[models.Model]) -> None:
    without = [name for name, kind in classes_of(model).items() if kind is None]
    assert not without, f"say their class in the room's privacy.py: {without}"


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.label)
def test_nothing_important_or_core_is_stored(model: type[models.Model]) -> None:
    assert grade_of(model) <= HIGHEST_STORED


def test_no_class_is_given_to_what_is_gone() -> None:
    there = {
        (model._meta.app_label, model.__name__, field.name)
        for model in ALL
        for field in model._meta.concrete_fields
    }
    said = {
        (app, model, field)
        for app, room in registered().items()
        for model, fields in room.items()
        for field in fields
    }
    assert not said - there


def test_every_category_stands_in_the_catalogue() -> None:
    used = {kind.category for model in ALL for kind in classes_of(model).values() if kind}
    assert not used - set(catalogue().categories)


def test_what_says_it_holds_nothing_personal_has_no_personal_field() -> None:
    wrong = [
        model._meta.label
        for model in ALL
        if getattr(getattr(model, "personal_data", None), "level", None) == "none" and grade_of(model) > 2
    ]
    assert not wrong


def test_a_model_with_personal_fields_says_so() -> None:
    for model in ALL:
        said = getattr(model, "personal_data", None)
        if isinstance(said, PersonalData) and said.level in {"personal", "sensitive"}:
            assert grade_of(model) >= 3, model


def test_staff_data_are_at_least_l3() -> None:
    for model in ALL:
        for kind in classes_of(model).values():
            if kind and kind.category == "教职工":
                assert kind.grade >= 3


def test_a_field_nobody_classed_is_found() -> None:
    class Unclassed(models.Model):
        key = models.TextField(primary_key=True)
        diary = models.TextField()

        class Meta:
            app_label = "registry"
            managed = False

    try:
        assert class_of(Unclassed, "diary") is None
        assert classes_of(Unclassed)["diary"] is None
    finally:
        del apps.all_models["registry"]["unclassed"]
        apps.clear_cache()


def test_every_table_of_the_database_is_known(db: None) -> None:
    known = {model._meta.db_table for model in ALL} | set(TABLES_WITHOUT_MODEL)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c"
            " WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        there = {name for (name,) in cursor.fetchall()}
    assert not there - known
