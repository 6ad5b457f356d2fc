from qiming.kernel.apps import Room


class RecordsConfig(Room):
    default = True
    name = "qiming.records"
    label = "records"
    verbose_name = "学习记录"
