from qiming.kernel.apps import Room


class ProgrammesConfig(Room):
    default = True
    name = "qiming.programmes"
    label = "programmes"
    verbose_name = "征集和评选"
