from qiming.kernel.apps import Room


class AgentsConfig(Room):
    default = True
    name = "qiming.agents"
    label = "agents"
    verbose_name = "模型链"
