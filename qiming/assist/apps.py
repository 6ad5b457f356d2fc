from qiming.kernel.apps import Room


class AssistConfig(Room):
    default = True
    name = "qiming.assist"
    label = "assist"
    verbose_name = "智能体"
