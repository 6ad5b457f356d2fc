from qiming.kernel.apps import Room


class LearningConfig(Room):
    default = True
    name = "qiming.learning"
    label = "learning"
    verbose_name = "学习"
