"""Which year's pack."""

from typing import Any

from django import forms

from qiming.kernel import time


class PackForm(forms.Form):
    """The calendar year; in spring the one that has ended is meant."""

    year = forms.TypedChoiceField(label="哪一年", coerce=int, error_messages={"required": "请选年份"})

    def __init__(self, *args: Any, first: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = time.today()
        years = range(today.year, first - 1, -1)
        self.fields["year"].choices = [(one, f"{one}年") for one in years]  # type: ignore[attr-defined]
        self.fields["year"].initial = max(first, today.year - 1) if today.month <= 6 else today.year
