"""Asks a judge about the samples of a finished record: each twice, each written once, resumable."""

import asyncio
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from qiming.assurance.runner import suites, variants
from qiming.assurance.runner.calling import Caller, Limits, Timing
from qiming.assurance.runner.judging.rubric import Form, Heard, Rubric, Seal, Subject, hear, put
from qiming.assurance.runner.judging.verdicts import (
    FORM,
    Answered,
    JudgeHeader,
    Verdict,
    VerdictWriter,
    said_hash,
)
from qiming.assurance.runner.kinds import Failure, Kind, first_of
from qiming.assurance.runner.pace import Pace
from qiming.assurance.runner.records import Read, RecordTrouble, Sample
from qiming.assurance.runner.targets import Message, OpenAI, product_hash
from qiming.assurance.types import Case

ATTEMPTS: Final = 4
_MAX_WAIT_S: Final = 60.0
_BYTES: Final = 256 * 1024
# The judge itself is not there, or lets nobody in: nothing is written about the sample, the pass stops and can go on later.
_STOPS: Final = {Kind.UNREACHABLE, Kind.TLS, Kind.FORBIDDEN, Kind.REDIRECT, Kind.LIMITED}
_SHUT: Final = {401, 402, 403, 404, 503}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a judge is asked. `all`: also what rules decided, to measure agreement; `sealed`: blind cases too."""

    all: bool = False
    sealed: bool = False
    concurrency: int = 4
    limit_per_s: float | None = None
    seconds: float = 60.0
    backoff_s: float = 0.5


def cases_of(read: Read, bank: Path | None = None, more: Sequence[Path] = ()) -> dict[str, Case]:
    """The cases of the record's suite that are the very ones asked, by sample; empty where the bank is not at hand."""
    try:
        suite = suites.load(str(read.header.suite.get("key")), bank=bank, more=more)
    except suites.BadSuite:
        if bank is not None:
            raise
        return {}
    by_id = {case.id: case for case in suite.cases}
    found = {}
    for sample in read.samples:
        case = by_id.get(sample.case)
        if case is not None and sample.variant:
            case = variants.varied(case, sample.variant)
        if case is not None and suites.case_hash(case) == sample.hash:
            found[sample.id] = case
    return found


def chosen(read: Read, asked: Settings) -> list[Sample]:
    """The samples to be judged: with replies and a finding; open ones, or all; blind ones only when wanted."""
    return [
        one
        for one in read.samples
        if one.error is None
        and one.finding is not None
        and (asked.all or one.finding.passed is None)
        and (asked.sealed or not one.sealed)
    ]


async def judge_record(
    read: Read,
    judge: OpenAI,
    rubric: Rubric,
    out: Path,
    *,
    settings: Settings | None = None,
    bank: Path | None = None,
    more: Sequence[Path] = (),
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Write `out`. Raises `RecordTrouble`, `BadSuite`, or `Failure` when the judge cannot be asked at all."""
    asked = settings or Settings()
    _refuse(read, judge)
    left_cases = cases_of(read, bank, more)
    writer = VerdictWriter(out, header_of(read, judge, rubric))
    try:
        plan = chosen(read, asked)
        left = [one for one in plan if one.id not in writer.done]
        await _Pass(judge, rubric, asked, writer, left_cases).all_of(left, len(plan), progress)
    except BaseExceptionGroup as troubles:
        raise first_of(troubles, RecordTrouble, Failure) from None
    finally:
        writer.close()


def _refuse(read: Read, judge: OpenAI) -> None:
    if len(read.samples) < read.header.samples:
        raise RecordTrouble(
            f"这份记录还没有测完（{len(read.samples)} / {read.header.samples}），先接着测完再评判"
        )
    if read.header.suite.get("method") != "cases":
        raise RecordTrouble("这个套件不看回答的内容，没有什么可以评判")
    alone = OpenAI(judge.url, judge.model, networks=judge.networks)
    if product_hash(alone) == read.header.product.get("hash"):
        raise RecordTrouble("评判模型就是被测的产品：产品不能评判自己，请换一个")


def header_of(read: Read, judge: OpenAI, rubric: Rubric) -> JudgeHeader:
    """What the file says about itself."""
    told = rubric.told
    return JudgeHeader(
        judging=FORM,
        run=read.header.run,
        begun=_now(),
        judge={"model": judge.model, "shown": judge.shown, "hash": product_hash(judge)},
        rubric={"named": rubric.named, "hash": rubric.hash, "status": told.status, "least_n": told.least_n},
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class _Pass:
    """The workers of one second pass and what they share."""

    def __init__(
        self,
        judge: OpenAI,
        rubric: Rubric,
        asked: Settings,
        writer: VerdictWriter,
        cases: Mapping[str, Case],
    ) -> None:
        self.judge = judge
        self.rubric = rubric
        self.asked = asked
        self.writer = writer
        self.cases = cases
        self.pace = Pace(asked.limit_per_s)

    async def all_of(
        self, left: Sequence[Sample], whole: int, progress: Callable[[int, int], None] | None
    ) -> None:
        """Judge what is not judged yet."""
        waiting = iter(left)
        limits = Limits(self.asked.seconds, _BYTES, self.asked.concurrency)
        before = whole - len(left)

        async def work(caller: Caller, rest: Iterator[Sample]) -> None:
            nonlocal before
            for one in rest:
                self.writer.add(await self._verdict(one, caller))
                before += 1
                if progress:
                    progress(before, whole)

        async with Caller(limits, self.judge.networks) as caller, asyncio.TaskGroup() as group:
            for _ in range(min(self.asked.concurrency, len(left))):
                group.create_task(work(caller, waiting))

    async def _verdict(self, sample: Sample, caller: Caller) -> Verdict:
        measure = self.rubric.measure(sample)
        case = self.cases.get(sample.id)
        if measure is None:
            return self._written(sample, None, "no_rubric")
        if measure.needs_case and case is None:
            return self._written(sample, None, "no_reference")
        subject = Subject(sample, measure, case)
        answers = [await self._asked(form, subject, caller) for form in self.rubric.told.forms]
        passed, why_open = agreed(answers)
        if passed and self.rubric.speaks_to_judge(sample):
            passed, why_open = None, "addressed"
        return self._written(sample, passed, why_open, answers)

    async def _asked(self, form: Form, subject: Subject, caller: Caller) -> Answered:
        seal = Seal(secrets.token_hex(8), f"青鸟{secrets.token_hex(5)}")
        try:
            text = await self._reply(put(self.rubric, form, subject, seal), caller)
        except Failure as failure:
            if failure.kind in _STOPS or failure.status in _SHUT:
                raise
            return Answered(form.key, None, "", str(failure.kind))
        heard: Heard = hear(form, text, seal)
        return Answered(form.key, heard.word, heard.reason, heard.trouble)

    async def _reply(self, messages: list[Message], caller: Caller) -> str:
        """One question, tried again only where the judge cannot have worked on it."""
        for attempt in range(1, ATTEMPTS + 1):
            await self.pace.turn()
            try:
                return (await self.judge.reply(caller, messages, Timing())).text
            except Failure as failure:
                wait = failure.wait_s
                if not failure.may_retry or (wait or 0) > _MAX_WAIT_S or attempt == ATTEMPTS:
                    raise
                if wait is not None:
                    self.pace.pause(wait)
                else:
                    await asyncio.sleep(self.asked.backoff_s * 2 ** (attempt - 1))
        raise AssertionError("the last attempt returns or raises")

    def _written(
        self, sample: Sample, passed: bool | None, why_open: str, answers: Sequence[Answered] = ()
    ) -> Verdict:
        return Verdict(
            id=sample.id,
            said=said_hash(sample),
            metric=sample.metric,
            passed=passed,
            open=why_open,
            reason=answers[0].reason if passed is not None else "",
            judge=self.judge.model,
            rubric=self.rubric.named,
            answers=list(answers),
            at=_now(),
        )


def agreed(answers: Sequence[Answered]) -> tuple[bool | None, str]:
    """(passed, why it stays open) from two answers: only the same clear word twice counts."""
    trouble = next((one.trouble for one in answers if one.trouble), "")
    if trouble:
        return None, trouble
    words = {one.word for one in answers}
    if words == {"pass"}:
        return True, ""
    if words == {"fail"}:
        return False, ""
    return None, "unsure" if "unsure" in words else "disagree"
