from qiming.kernel.apps import Room


class TeachingConfig(Room):
    default = True
    name = "qiming.teaching"
    label = "teaching"
    verbose_name = "上课"
