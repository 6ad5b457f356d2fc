"""What a workflow must satisfy before a case may follow it: nobody's turn cannot exist, nothing is a trap."""

from collections.abc import Iterator

from qiming.casework.types import Kind, Workflow

_WHO = ("role:", "duty:", "applicant_org:")


def faults(workflow: Workflow) -> list[str]:
    """Everything wrong with it, for its author; empty when a case may follow it."""
    return [*_states(workflow), *_ways(workflow), *_ends(workflow), *_reviews(workflow)]


def _states(workflow: Workflow) -> Iterator[str]:
    if workflow.first not in workflow.states:
        yield f"first: {workflow.first} 不是一个状态"
        return
    for state in workflow.states.values():
        leaves = workflow.out_of(state.key)
        if state.final and leaves:
            yield f"{state.key}: 终点不能再有出路"
        if not state.final and not leaves:
            yield f"{state.key}: 没有出路，又不是终点"
        if not state.final and not _is_who(workflow, state.owner):
            yield f"{state.key}: 没有人负责（owner）"
        if not state.final and not state.rests and state.clock is None:
            yield f"{state.key}: 在等人，却没有时限"
        yield from _clock(workflow, state.key)


def _clock(workflow: Workflow, key: str) -> Iterator[str]:
    clock = workflow.states[key].clock
    if clock is None:
        return
    if clock.then:
        step = workflow.transitions.get(clock.then)
        if step is None or key not in step.sources or "system" not in step.who:
            yield f"{key}: 到时要自动走的“{clock.then}”不存在，或不由系统办"
    elif not _is_who(workflow, clock.escalate):
        yield f"{key}: 超时没有人接手（escalate）"
    if any(not 0 < ahead < clock.amount for ahead in clock.remind):
        yield f"{key}: 提醒要在时限之内"


def _ways(workflow: Workflow) -> Iterator[str]:
    for step in workflow.transitions.values():
        for place in (*step.sources, step.target):
            if place not in workflow.states:
                yield f"{step.key}: {place} 不是一个状态"
        for who in step.who:
            if not _is_who(workflow, who):
                yield f"{step.key}: 不认识“{who}”"
        if not step.who:
            yield f"{step.key}: 没有人能办"
        yield from (
            f"{step.key}: {kind} 没有写进 evidence" for kind in step.evidence if kind not in workflow.evidence
        )
        yield from (
            f"{step.key}: 要避开的“{other}”不存在"
            for other in step.apart_from
            if other != "opened" and other not in workflow.transitions
        )
        if step.kind is Kind.REFUSES and (not step.reason or step.reapply_days is None):
            yield f"{step.key}: 不同意必须写理由，并说明多久以后可以再申请"
        if step.kind in {Kind.DECIDES, Kind.REFUSES} and "applicant" in step.who:
            yield f"{step.key}: 申请人不能给自己定"


def _ends(workflow: Workflow) -> Iterator[str]:
    """Every state can be reached, and from every state an end or a resting place can."""
    if workflow.first not in workflow.states:
        return
    reached, waiting = {workflow.first}, [workflow.first]
    while waiting:
        for step in workflow.out_of(waiting.pop()):
            if step.target in workflow.states and step.target not in reached:
                reached.add(step.target)
                waiting.append(step.target)
    yield from (f"{key}: 到不了" for key in workflow.states if key not in reached)
    good = {state.key for state in workflow.states.values() if state.final or state.rests}
    grown = True
    while grown:
        more = {
            key
            for key in workflow.states
            if key not in good and any(step.target in good for step in workflow.out_of(key))
        }
        good |= more
        grown = bool(more)
    yield from (f"{key}: 走不到任何终点" for key in workflow.states if key not in good)


def _reviews(workflow: Workflow) -> Iterator[str]:
    for review in workflow.reviews.values():
        if review.state not in workflow.states:
            yield f"review {review.key}: {review.state} 不是一个状态"
        if review.duty not in workflow.duties:
            yield f"review {review.key}: 职责 {review.duty} 没有写进 duties"
        yield from (
            f"review {review.key}: 先不公开意见的 {key} 不是一个状态"
            for key in review.hidden_in
            if key not in workflow.states
        )
        if not review.criteria:
            yield f"review {review.key}: 没有评分项"
    notice = workflow.notice
    if notice and notice.state not in workflow.states:
        yield f"notice: {notice.state} 不是一个状态"
    if notice and not _is_who(workflow, notice.settle):
        yield "notice: 没有人答复异议（settle）"


def _is_who(workflow: Workflow, who: str) -> bool:
    if who in {"applicant", "system"}:
        return True
    if who.startswith("duty:"):
        return who.removeprefix("duty:") in workflow.duties
    return who.startswith(_WHO)
