"""Errors people can meet: what happened, what was kept, what to do next."""


class UserError(Exception):
    """A refusal written for the person who meets it.

    `message` says what happened, `kept` what was saved all the same, `next` what to do; `field` names the
    input it belongs to; `status` is the HTTP status (422 unless something else fits better).
    """

    def __init__(
        self, message: str, *, kept: str = "", next: str = "", field: str | None = None, status: int = 422
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kept = kept
        self.next = next
        self.field = field
        self.status = status

    def problem(self) -> dict[str, str | int]:
        """The same for a program: RFC 9457 members plus `kept` and `next`."""
        body: dict[str, str | int] = {
            "type": "about:blank",
            "title": self.message,
            "status": self.status,
            "kept": self.kept,
            "next": self.next,
        }
        return body | ({"field": self.field} if self.field else {})
