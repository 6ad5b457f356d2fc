"""One run: every case of a suite put to one product, each outcome written once."""

import asyncio
import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from qiming.assurance.runner import records, suites, summing, variants
from qiming.assurance.runner.calling import Caller, Limits, Timing
from qiming.assurance.runner.kinds import Failure, Kind, first_of
from qiming.assurance.runner.pace import Pace
from qiming.assurance.runner.records import Found, Header, RecordTrouble, Sample, Timed, Trouble, Writer
from qiming.assurance.runner.suites import Suite
from qiming.assurance.runner.targets import Described, Message, Situated, Target, product_hash
from qiming.assurance.types import Case, Finding, SuiteSummary

if TYPE_CHECKING:
    from qiming.assurance.graders.listed import Listed

log = logging.getLogger(__name__)

Grade = Callable[[Case, tuple[str, ...]], Finding]
Progress = Callable[[int, int], None]

MAX_ATTEMPTS: Final = 4
MAX_WAIT_S: Final = 60.0  # a product that wants a longer pause is recorded as limiting
_SYNC_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run asks. What changes outcomes is in the record's header."""

    limit_per_s: float | None = None
    concurrency: int = 8
    seconds: float = 60.0  # a turn may take
    reply_bytes: int = 1024 * 1024
    include_sealed: bool = False
    repeats: int = 1
    vary: tuple[str, ...] = ()
    attempts: int = MAX_ATTEMPTS
    backoff_s: float = 0.5

    def __post_init__(self) -> None:
        if self.concurrency < 1 or self.repeats < 1 or self.attempts < 1 or self.seconds <= 0:
            raise ValueError("concurrency, repeats, attempts and seconds are at least 1")


@dataclass(frozen=True, slots=True)
class Planned:
    """One sample to be taken."""

    id: str
    case: Case
    hash: str
    repeat: int
    variant: str


async def run(
    suite: Suite,
    target: Target,
    out: Path,
    *,
    limit_per_s: float | None = None,
    concurrency: int = 8,
    resume: bool = True,
    include_sealed: bool = False,
    settings: Settings | None = None,
    grade: Grade | None = None,
    progress: Progress | None = None,
) -> SuiteSummary:
    """Put `suite` to `target` and write `out`; goes on behind what `out` holds already.

    `settings` replaces `limit_per_s`, `concurrency` and `include_sealed`. Raises `RecordTrouble`, or `BadSuite`.
    """
    asked = settings or Settings(limit_per_s, concurrency, include_sealed=include_sealed)
    plan = list(planned(suite, asked))
    if not plan:
        raise suites.BadSuite(f"套件“{suite.key}”里没有可以测的题")
    writer = Writer(out, header_of(suite, target, asked, len(plan)), resume=resume)
    try:
        judge = (grade or _graders()) if suite.method == "cases" else None
        if judge and suite.words:
            judge = _listed(suite).reading(judge)
        await _Run(target, asked, writer, judge, progress).all_of(plan)
    except BaseExceptionGroup as troubles:
        raise first_of(troubles, RecordTrouble) from None
    finally:
        writer.close()
    return summing.summary(records.read(out))


def planned(suite: Suite, asked: Settings) -> Iterator[Planned]:
    """Every sample of the run, in the order of the banks."""
    for case in suites.only_open(suite.cases, asked.include_sealed):
        for variant in ("", *asked.vary):
            varied = variants.varied(case, variant) if variant else case
            if varied is None:
                continue
            digest = suites.case_hash(varied)
            for repeat in range(1, asked.repeats + 1):
                name = case.id + (f"~{variant}" if variant else "") + (f"#{repeat}" if repeat > 1 else "")
                yield Planned(name, varied, digest, repeat, variant)


def header_of(suite: Suite, target: Described, asked: Settings, samples: int) -> Header:
    """What the record says about itself."""
    return Header(
        record=records.FORM,
        run=str(uuid4()),
        begun=datetime.now(UTC).isoformat(timespec="seconds"),
        suite={
            "key": suite.key,
            "title": suite.title,
            "says": suite.says,
            "version": suite.version,
            "dimension": suite.dimension,
            "method": suite.method,
            "hash": suite.hash,
            "metrics": [asdict(rule) for rule in suite.rules],
        },
        banks=[asdict(bank) | {"required": list(bank.required)} for bank in suite.banks],
        product={
            "kind": target.kind,
            "shown": target.shown,
            "hash": product_hash(target),
            "stream": target.stream,
        },
        runner={"version": metadata.version("qiming"), "hash": program_hash()},
        settings={
            "concurrency": asked.concurrency,
            "limit_per_s": asked.limit_per_s,
            "seconds": asked.seconds,
            "reply_bytes": asked.reply_bytes,
            "include_sealed": asked.include_sealed,
            "repeats": asked.repeats,
            "vary": list(asked.vary),
            "attempts": asked.attempts,
        },
        samples=samples,
    )


@lru_cache(maxsize=1)
def program_hash() -> str:
    """SHA-256 of the runner's and the graders' files: the same replies are judged the same way."""
    room = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for file in sorted([*room.glob("runner/*.py"), *room.glob("graders/**/*.py"), room / "types.py"]):
        digest.update(str(file.relative_to(room)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _graders() -> Grade:
    grade: Grade = import_module("qiming.assurance.graders").grade  # a record is read without them
    return grade


def _listed(suite: Suite) -> "Listed":
    return import_module("qiming.assurance.graders.listed").Listed(suite.words)  # type: ignore[no-any-return]  # by name, like the graders


class _Run:
    """The workers of one run and what they share."""

    def __init__(
        self, target: Target, asked: Settings, writer: Writer, grade: Grade | None, progress: Progress | None
    ) -> None:
        self.target = target
        self.asked = asked
        self.writer = writer
        self.grade = grade
        self.progress = progress
        self.pace = Pace(asked.limit_per_s)
        self.began = time.monotonic()
        self.whole = 0

    async def all_of(self, plan: list[Planned]) -> None:
        """Take every sample that is not there yet."""
        left = [one for one in plan if one.id not in self.writer.done]
        self.whole = len(plan)
        if not left:
            return
        waiting = iter(left)
        limits = Limits(self.asked.seconds, self.asked.reply_bytes, self.asked.concurrency)
        async with Caller(limits, self.target.networks) as caller, asyncio.TaskGroup() as group:
            keeper = group.create_task(self._keep())
            workers = [
                group.create_task(self._work(waiting, caller))
                for _ in range(min(self.asked.concurrency, len(left)))
            ]
            await asyncio.wait(workers)
            keeper.cancel()
        seconds = round(time.monotonic() - self.began, 3)
        self.writer.note("ended", at=datetime.now(UTC).isoformat(timespec="seconds"), seconds=seconds)

    async def _keep(self) -> None:
        """Tell the disk to keep what was written, beside the work."""
        while True:
            await asyncio.sleep(_SYNC_EVERY_S)
            with suppress(OSError):  # the writer itself says when nothing can be written
                await asyncio.to_thread(self.writer.sync)

    async def _work(self, waiting: Iterator[Planned], caller: Caller) -> None:
        for one in waiting:
            self.writer.add(await self._sample(one, caller))
            if self.progress:
                self.progress(len(self.writer.done), self.whole)

    async def _sample(self, one: Planned, caller: Caller) -> Sample:
        talk = _Talk(self, caller)
        error: Trouble | None = None
        finding: Found | None = None
        try:
            await talk.hold(one.case)
            finding = self._found(one.case, tuple(talk.replies))
        except Failure as failure:
            error = Trouble(str(failure.kind), failure.says, len(talk.replies), failure.status)
        case = one.case
        return Sample(
            id=one.id,
            case=case.id,
            hash=one.hash,
            kind=case.kind,
            metric=case.metric,
            group=case.group,
            category=case.category,
            stage=case.stage,
            sealed=case.sealed,
            repeat=one.repeat,
            variant=one.variant,
            turns=talk.sent,
            replies=talk.replies,
            timings=talk.timings,
            finding=finding,
            error=error,
            attempts=talk.attempts,
            at_s=round(time.monotonic() - self.began, 3),
        )

    def _found(self, case: Case, replies: tuple[str, ...]) -> Found | None:
        if self.grade is None:  # a load test asks how fast, not how well
            return None
        try:
            finding = self.grade(case, replies)
        except Exception as trouble:
            log.warning("grading %s failed: %s", case.id, type(trouble).__name__)
            raise Failure(Kind.GRADER, type(trouble).__name__) from trouble
        spans = [(start, end) for start, end in finding.spans]
        return Found(finding.passed, finding.label, finding.why, spans, finding.turn)


class _Talk:
    """One conversation: what was said, how long it took, how often it was tried."""

    def __init__(self, run: _Run, caller: Caller) -> None:
        self.run = run
        self.caller = caller
        self.sent: list[str] = []
        self.replies: list[str] = []
        self.timings: list[Timed] = []
        self.attempts = 0
        self.conversation = ""

    async def hold(self, case: Case) -> None:
        """Say the case's turns one by one, the product's own replies between them.

        A reply the bank wrote itself stands instead of the product's, and nothing is asked before it.
        """
        if isinstance(self.run.target, Situated):
            self.conversation = self.run.target.begin(case)
        messages = [Message("system", case.system)] if case.system else []
        for place, turn in enumerate(case.turns):
            messages.append(Message(turn.role, turn.content))
            if turn.role != "user":
                continue
            self.sent.append(turn.content)
            following = case.turns[place + 1] if place + 1 < len(case.turns) else None
            if following is None or following.role == "user":
                text = await self._reply(messages)
                self.replies.append(text)
                messages.append(Message("assistant", text))

    async def _reply(self, messages: list[Message]) -> str:
        """One turn, tried again only where the product cannot have worked on it."""
        for attempt in range(1, self.run.asked.attempts + 1):
            await self.run.pace.turn()
            self.attempts += 1
            timing = Timing()
            try:
                said = await self.run.target.reply(self.caller, messages, timing, self.conversation)
            except Failure as failure:
                wait = failure.wait_s
                over = wait is not None and wait > MAX_WAIT_S
                if not failure.may_retry or over or attempt == self.run.asked.attempts:
                    self._time(timing)
                    raise
                if wait is not None:
                    self.run.pace.pause(wait)
                else:
                    await asyncio.sleep(self.run.asked.backoff_s * 2 ** (attempt - 1))
            else:
                self._time(timing)
                self.conversation = said.conversation
                return said.text
        raise AssertionError("the last attempt returns or raises")

    def _time(self, timing: Timing) -> None:
        first = None if timing.first_ms is None else round(timing.first_ms, 2)
        self.timings.append(Timed(first, round(timing.total_ms, 2)))
