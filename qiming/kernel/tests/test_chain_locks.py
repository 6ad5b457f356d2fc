"""Every sealed log waits for a lock of its own."""

from dataclasses import replace

import pytest

from qiming.kernel import chain


def test_no_two_logs_share_a_lock() -> None:
    locks = [log.lock for log in chain.LOGS.values()]
    assert len(locks) >= 4
    assert len(set(locks)) == len(locks)


def test_a_log_with_another_ones_lock_is_refused() -> None:
    one = next(iter(chain.LOGS.values()))
    with pytest.raises(ValueError, match="another log's"):
        chain.register(replace(one, name="another"))
    assert "another" not in chain.LOGS
    assert chain.register(one) is one  # the same again is no other
