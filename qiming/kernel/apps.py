from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class Room(AppConfig):
    """One room of the house: loads the room's event handlers and slot fillings when the house opens."""

    default = False
    default_auto_field = "django.db.models.UUIDField"

    def ready(self) -> None:
        for part in ("access", "privacy", "rights", "sweepers", "jobs", "slots", "consent", "moving"):
            if find_spec(f"{self.name}.{part}"):
                import_module(f"{self.name}.{part}")


class KernelConfig(Room):
    default = True
    name = "qiming.kernel"
    label = "kernel"
    verbose_name = "底座"
