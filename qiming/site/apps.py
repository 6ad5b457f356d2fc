from importlib import import_module

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "qiming.site"
    label = "site"
    verbose_name = "总装"

    def ready(self) -> None:
        import_module("qiming.site.privacy")
