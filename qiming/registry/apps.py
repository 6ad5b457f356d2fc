from qiming.kernel.apps import Room


class RegistryConfig(Room):
    default = True
    name = "qiming.registry"
    label = "registry"
    verbose_name = "组织与人员"
