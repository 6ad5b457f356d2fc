from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "qiming.site"
    label = "site"
    verbose_name = "总装"
