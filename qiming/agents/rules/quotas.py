"""What a call counts towards, and how much of it is set aside before it is made. Pure."""

from collections.abc import Iterable

from qiming.agents.types import Application, Audience, Bucket, Per, Quota, Route

_STEPS = {Per.DISTRICT: 2, Per.SCHOOL: 3, Per.CLASS: 4}  # b/ is the city: one step
_ZH = {Per.DISTRICT: "本区", Per.SCHOOL: "本校", Per.CLASS: "本班", Per.PUPIL: "你"}
_TOKENS_A_MESSAGE = 8


def buckets(
    quotas: Iterable[Quota],
    *,
    application: Application,
    route: Route,
    place: str,
    subject: str,
    pupil_seconds: int | None = None,
) -> tuple[Bucket, ...]:
    """Every bucket this call takes from, each once, sorted by key. An empty answer means that nobody set a quota for this place:
    then nothing may be called (a door nobody counts at is no governed door).

    `pupil_seconds`: what the rules of the stage leave a pupil in a day, whatever the quotas say.
    """
    found: dict[str, Bucket] = {}
    for quota in quotas:
        if not place.startswith(quota.path) or quota.quota_class not in ("", route.quota_class):
            continue
        part = whose(quota, place, subject)
        if part is not None:
            key = f"{quota.id}{part}"
            name = _ZH.get(quota.per, "这里")
            found[key] = Bucket(key, quota.requests, quota.tokens, quota.seconds, name)
    if found and application.audience is Audience.PUPIL and pupil_seconds is not None:
        found[f"day:{subject}"] = Bucket(f"day:{subject}", None, None, pupil_seconds, "你")
    return tuple(found[key] for key in sorted(found))


def whose(quota: Quota, place: str, subject: str) -> str | None:
    """The part of the key that tells apart those a quota counts one by one; None: it doesn't touch this call."""
    if quota.per is Per.PLACE:
        return ""
    if quota.per is Per.PUPIL:
        return f":{subject}" if subject else None
    steps = place.rstrip("/").split("/")
    wanted = _STEPS[quota.per]
    return f":{'/'.join(steps[:wanted])}/" if len(steps) >= wanted else None


def most_tokens(texts: Iterable[str]) -> int:
    """More tokens than these messages can be in any tokenizer that works on bytes: one for each byte. What was set
    aside too much is given back when the call has ended."""
    return sum(len(text.encode("utf-8", "replace")) + _TOKENS_A_MESSAGE for text in texts)


def guessed_tokens(text: str) -> int:
    """About how many tokens a text is, where the model doesn't say: a Chinese character one, four Latin letters one."""
    latin = sum(character.isascii() for character in text)
    return len(text) - latin + -(-latin // 4)


def over(bucket: Bucket, measure: str) -> str:
    """Why a call was not made, for who made it."""
    what = {"requests": "次数", "tokens": "字数（token）", "seconds": "时间"}[measure]
    return f"{bucket.zh}今天的{what}用完了，没有发出去。明天再来，或请学校管理员调整额度。"
