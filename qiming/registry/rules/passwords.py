"""What a password must be, how long a door stays shut after wrong tries."""

from datetime import datetime, timedelta

MIN_LENGTH = 10
MAX_LENGTH = 128

TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 60  # a school shares one address
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
CARD_TRIES = 5
WRONG_CODES_PER_ADDRESS = 60
WRONG_PICTURES_PER_ADDRESS = 200


def password_problems(password: str, *, username: str, common: frozenset[str]) -> list[str]:
    """What is wrong with a new password, in words for the person who typed it."""
    said: list[str] = []
    if len(password) < MIN_LENGTH:
        said.append(f"密码至少要{MIN_LENGTH}个字符，现在是{len(password)}个")
    if len(password) > MAX_LENGTH:
        said.append(f"密码最多{MAX_LENGTH}个字符")
    if password.isdigit():
        said.append("不要只用数字")
    if len(set(password)) < 4:
        said.append("重复的字符太多")
    if username and username.casefold() in password.casefold():
        said.append("密码里不要带账号")
    if password.casefold() in common:
        said.append("这个密码太常见，很容易被猜到")
    return said


def tries_left(failures: int, allowed: int) -> int:
    """How many tries remain after `failures`."""
    return max(allowed - failures, 0)


def window_over(window_started_at: datetime, now: datetime) -> bool:
    """Whether earlier failures no longer count."""
    return now - window_started_at >= WINDOW


def minutes_until(moment: datetime, now: datetime) -> int:
    """Whole minutes to wait, at least one."""
    return max(1, -(-int((moment - now).total_seconds()) // 60))
