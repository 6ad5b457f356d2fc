"""The microphone of the sound lab: the school's switch and the family's consent, both; without either the bundled sounds."""

import pytest

from qiming.kernel.access import Denied
from qiming.learning.labs import microphone
from qiming.learning.labs.tests.test_free import opened, own, send, work
from qiming.learning.tests.conftest import Class
from qiming.registry import queries as registry
from qiming.trust import testing
from qiming.trust.types import Purpose

HEARD = {
    "v": 1,
    "own": [{"id": "own-1"}],
    "local": {"sounds": {"own-1": "data:audio/x-qiming-pcm8;base64,AAAA"}},
}


def turn(cls: Class, *, on: bool) -> None:
    school = registry.school_of(cls.offering.scope_path)
    microphone.choose(actor=cls.world.actor("admin"), school_id=school.id, is_on=on)


def offered(cls: Class, lab: str = "sound", seat: int = 1) -> bool:
    client = cls.client(seat)
    policy = client.get(f"/learn/labs/{lab}/")["Permissions-Policy"]
    may = opened(client, lab)["microphone"]
    assert ("microphone=(self)" in policy) is may and ("microphone=()" in policy) is not may
    return bool(may)


def test_a_pupil_records_only_with_consent_and_the_schools_switch(cls: Class) -> None:
    child = registry.pupil(cls.world.pupils[0].id)
    assert not offered(cls)
    testing.agree(child, Purpose.MICROPHONE)
    assert not offered(cls)  # the school has not turned it on
    turn(cls, on=True)
    assert offered(cls)
    assert not offered(cls, seat=2)  # whose family was not asked
    assert not offered(cls, "points")  # where nothing is recorded
    testing.take_back(child, Purpose.MICROPHONE)
    assert not offered(cls)
    testing.agree(child, Purpose.CAMERA)
    assert not offered(cls)  # consent to the camera says nothing of the microphone


def test_the_school_turns_it_off_again_at_the_next_page(cls: Class) -> None:
    testing.agree(registry.pupil(cls.world.pupils[0].id), Purpose.MICROPHONE)
    turn(cls, on=True)
    assert offered(cls)
    turn(cls, on=False)
    assert not offered(cls)


def test_a_recording_never_stays_on_the_server_even_with_both(cls: Class) -> None:
    testing.agree(registry.pupil(cls.world.pupils[0].id), Purpose.MICROPHONE)
    turn(cls, on=True)
    for hand_in in (False, True):
        assert send(cls.client(1), "works", work(HEARD, lab="sound", hand_in=hand_in))[0] == 200
        assert "data:audio" not in str(own(cls).state)


def test_the_switch_is_the_administrators_alone(cls: Class) -> None:
    school = registry.school_of(cls.offering.scope_path)
    url = f"/school/microphone/{school.id}/"
    for who in ("teacher", "head"):
        assert cls.teacher_client(who).get(url).status_code in {403, 404}
    with pytest.raises(Denied):
        microphone.choose(actor=cls.teacher, school_id=school.id, is_on=True)
    client = cls.teacher_client("admin")
    assert "按默认关着" in client.get(url).content.decode()
    assert client.post(url, {"on": "1"}).status_code == 302
    assert "可以在声音实验里录音" in client.get(url).content.decode()
    assert client.post(url, {"on": "0"}).status_code == 302
    assert "不能在声音实验里录音" in client.get(url).content.decode()
    assert url in client.get("/school/classes/").content.decode()
