from qiming.kernel.apps import Room


class EducatorsConfig(Room):
    default = True
    name = "qiming.educators"
    label = "educators"
    verbose_name = "教师发展"
