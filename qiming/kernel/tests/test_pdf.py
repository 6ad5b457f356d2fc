"""PDF files: real ones, in Chinese, with what people typed as text only."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import override_settings

from qiming.kernel import pdf
from qiming.kernel.errors import UserError

DOCUMENT = "kernel/documents/sample.typ"


def test_a_document_is_set_with_its_data_in_the_chinese_font() -> None:
    data = {
        "title": "样张",
        "words": "王小明 #panic(1) *不是标记* $x$",
        "at": datetime(2026, 1, 1, tzinfo=UTC),
    }
    made = pdf.write(DOCUMENT, data)
    assert made.startswith(b"%PDF-") and made.rstrip().endswith(b"%%EOF")
    assert b"NotoSansSC" in made
    assert len(made) < 200_000  # only the characters used are embedded


def test_without_the_font_it_says_what_to_do(tmp_path: Path) -> None:
    with override_settings(WEB_DIST=tmp_path), pytest.raises(UserError) as refusal:
        pdf.write(DOCUMENT, {})
    assert "字体" in refusal.value.message and refusal.value.next


def test_a_value_without_a_form_is_a_mistake() -> None:
    with pytest.raises(TypeError):
        pdf.write(DOCUMENT, {"title": object()})
