"""What follows from the installation's keys outlives a change of the signing key."""

from django.test import override_settings

from qiming.kernel import derived

SAID = "a purpose:1"


def test_it_stays_when_the_signing_key_changes() -> None:
    with override_settings(SECRET_KEY="old", SECRET_KEY_FALLBACKS=[], DERIVATION_KEY="old"):
        before = derived.made(SAID)
        assert derived.read(SAID) == [before]
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"], DERIVATION_KEY="old"):
        assert derived.made(SAID) == before != derived.made("a purpose:2")
        assert derived.read(SAID)[0] == before


def test_what_a_later_key_made_is_read_while_it_is_listed() -> None:
    with override_settings(SECRET_KEY="later", SECRET_KEY_FALLBACKS=[], DERIVATION_KEY="later"):
        of_later = derived.made(SAID)
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["later", "old"], DERIVATION_KEY="old"):
        found = derived.read(SAID)
        assert of_later in found[1:] and len(set(found)) == 3
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["old"], DERIVATION_KEY="old"):
        assert of_later not in derived.read(SAID)
