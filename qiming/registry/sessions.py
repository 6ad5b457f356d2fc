"""Django's session engine over our own table, in which the account is a column."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DbStore

from qiming.kernel import time
from qiming.registry.models import Session

# The other columns, the end of the session too, belong to `services.sessions`.
_OWN = ["session_data", "account"]


class SessionStore(DbStore):
    """Sessions kept in `registry.Session`. A session ends at the moment set when it began: using it, or
    keeping something in it, does not prolong it."""

    @classmethod
    def get_model_class(cls) -> Any:
        return Session

    def create_model_instance(self, data: Any) -> Any:
        row: Any = super().create_model_instance(data)
        row.account_id = data.get(SESSION_KEY)
        row.expire_date = time.now() + timedelta(seconds=self.get_expiry_age())
        return row

    def _get_session_from_db(self) -> Any:
        found = Session.objects.filter(session_key=self.session_key, expire_date__gt=time.now()).first()
        if found is None:
            self._session_key = None
        return found

    def save(self, must_create: bool = False) -> None:
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        data = self._session  # type: ignore[attr-defined]  # Django's own, missing in the stubs
        row = self.create_model_instance(data)
        changed = Session.objects.filter(session_key=row.session_key).update(
            **{name: getattr(row, name) for name in _OWN}
        )
        if not changed:  # ended in the meantime: it does not come back
            raise UpdateError
