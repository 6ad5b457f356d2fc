"""Which pages the gateway answers."""

import pytest

from qiming.site.gateway import own_pages


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, {"http://127.0.0.1:8000"}),
        (
            {"QIMING_ADDRESS": "https://ai.example.cn", "QIMING_HOSTS": "ai.example.cn"},
            {"https://ai.example.cn"},
        ),
        (
            {"QIMING_ADDRESS": "http://127.0.0.1:8010", "QIMING_HOSTS": "127.0.0.1, localhost,*.example.cn"},
            {"http://127.0.0.1:8010", "http://localhost:8010"},
        ),
    ],
)
def test_only_this_installation_s_names_at_its_port(given: dict[str, str], found: set[str]) -> None:
    assert own_pages(given) == found
