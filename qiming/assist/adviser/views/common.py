"""What the adviser's views share."""

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy

from qiming.kernel.errors import UserError
from qiming.kernel.http import ActorRequest

HOME = ("政策咨询", reverse_lazy("assist.adviser"))
DOCUMENTS = ("供查询的文件", reverse_lazy("assist.documents"))
DESK = ("转来的咨询", reverse_lazy("assist.advice_desk"))


def sent(request: ActorRequest) -> QueryDict | None:
    """What was posted, None when nothing was."""
    return request.POST if request.method == "POST" else None


def tell(form: forms.Form, error: UserError) -> None:
    """A refusal on the form, at its field where it has one."""
    form.add_error(error.field if error.field in form.fields else None, f"{error.message}。{error.next}")
