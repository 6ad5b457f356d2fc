"""Where things lie: QIMING_HOME keeps everything that is not code; `shipped` finds what comes with the code."""

import contextlib
import os
import secrets
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
ROOT = PACKAGE.parent


def is_checkout() -> bool:
    """Whether the code runs from its repository rather than from an installed wheel."""
    return (ROOT / "pyproject.toml").is_file()


def shipped(*names: str) -> Path:
    """A folder that comes with the code but is no code: beside the package, or inside the wheel."""
    return (ROOT if is_checkout() else PACKAGE / "shipped").joinpath(*names)


def path() -> Path:
    """The data folder (default: ./var of the checkout, ~/.local/share/qiming of a wheel); made when missing."""
    default = ROOT / "var" if is_checkout() else Path.home() / ".local" / "share" / "qiming"
    home = Path(os.environ.get("QIMING_HOME") or default).resolve()
    home.mkdir(parents=True, exist_ok=True)
    return home


def given(name: str) -> str:
    """A secret from the environment: the variable itself, or the file that `<name>_FILE` names ("" when neither)."""
    value = os.environ.get(name, "").strip()
    if not value and (file := os.environ.get(f"{name}_FILE")):
        value = Path(file).read_text(encoding="utf-8").strip()
    return value


def secret() -> str:
    """The signing key: given, else made once and kept readable by the owner only."""
    if key := given("QIMING_SECRET"):
        return key
    keep = path() / "secret_key"
    if not keep.exists():
        fresh = keep.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
            os.link(fresh, keep)
        fresh.unlink()
    return keep.read_text().strip()


def earlier_secrets() -> list[str]:
    """Keys that were used before the present one, the latest first: what they signed is still believed."""
    return [one.strip() for one in given("QIMING_SECRET_FALLBACKS").split(",") if one.strip()]


def database_url() -> str:
    """The address of the operator's own PostgreSQL, or "" when the embedded one is used."""
    return given("DATABASE_URL")
