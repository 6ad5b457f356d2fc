from qiming.kernel.apps import Room


class ResourcesConfig(Room):
    default = True
    name = "qiming.resources"
    label = "resources"
    verbose_name = "应用超市"
