from qiming.kernel.apps import Room


class InsightConfig(Room):
    default = True
    name = "qiming.insight"
    label = "insight"
    verbose_name = "学情"
