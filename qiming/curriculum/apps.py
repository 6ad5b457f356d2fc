from qiming.kernel.apps import Room


class CurriculumConfig(Room):
    default = True
    name = "qiming.curriculum"
    label = "curriculum"
    verbose_name = "课程"
