"""Who reviews blind learns neither the school nor its people, on no page and in no list; nobody else learns the reviewers."""

import pytest
from django.test import Client
from django.urls import reverse

from qiming.casework.models import ReviewSheet
from qiming.casework.types import ReviewState
from qiming.kernel.access import Denied
from qiming.kernel.tests import samples
from qiming.programmes import queries, services
from qiming.programmes.models import Attachment
from qiming.programmes.rules.covering import covered
from qiming.programmes.tests.conftest import PROMISE, Scene
from qiming.programmes.tests.test_calls import close


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_a_reviewer_reads_without_names(scene: Scene) -> None:
    call, school = scene.call(), scene.cast.school.name
    mine = scene.begin(call)
    head = scene.cast.actor("head")
    services.save(
        actor=head,
        application_id=mine,
        form=services.Form(
            "一份申报",
            "junior",
            "class",
            {**scene.row(mine).answers, "did": f"{school}的做法，东城区都能用。"},
        ),
        version=0,
    )
    file_id = services.attach(actor=head, application_id=mine, name="门口.png", data=samples.png())
    assert services.attach(actor=head, application_id=mine, name="又.png", data=samples.png()) == file_id
    scene.reviewed(mine)
    case = scene.case(mine).id
    sheets = ReviewSheet.objects.unscoped("test").filter(case_id=case, state=ReviewState.ASKED)
    # not the city's officer: who oversees the case knows it
    who = next(
        name
        for name, person in scene.cast.people.items()
        if name == "other_teacher" and person in sheets.values_list("person_id", flat=True)
    )
    reader = scene.cast.client(who)
    sheet = sheets.get(person_id=scene.cast.people[who])
    for url in (
        reverse("programmes.application", args=[mine]),
        reverse("casework.case", args=[case]),
        reverse("casework.sheet", args=[sheet.id]),
        reverse("casework.mine"),
    ):
        said = read(reader, url)
        assert school not in said.replace(f"{school}（示例", ""), url
        assert "门口.png" not in said and PROMISE[0].text not in said, url
    assert "本校的做法，本区都能用" in read(reader, reverse("programmes.application", args=[mine]))
    assert reader.get(reverse("programmes.file", args=[file_id])).status_code in (403, 404)
    knows = scene.cast.client("district_officer")
    assert "门口.png" in read(knows, reverse("programmes.application", args=[mine]))
    assert knows.get(reverse("programmes.file", args=[file_id])).status_code == 200
    with pytest.raises(Exception, match="已经报上去了"):
        services.detach(actor=head, attachment_id=file_id)


def test_no_list_shows_what_its_page_hides(scene: Scene) -> None:
    call = scene.call()
    mine = scene.begin(call)
    scene.reviewed(mine)
    scene.hand_in(mine)
    row = close(call)
    lists = (
        reverse("programmes.home"),
        reverse("programmes.call", args=[call]),
        reverse("programmes.board", args=[call]),
        reverse("programmes.graphs"),
        reverse("casework.mine"),
    )

    def quiet(*people: str) -> None:
        for who in people:
            for url in lists:
                answer = scene.cast.client(who).get(url)
                if answer.status_code == 200:
                    said = answer.content.decode()
                    assert not [
                        one for one in ("89.", "90.", "第1名", "按分数入选", "其他管理员") if one in said
                    ], url

    quiet("head", "district_officer", "city_officer")
    panel = scene.cast.client("other_admin")
    rank = reverse("programmes.rank", args=[call])
    assert "可以排序" in read(panel, rank)
    assert panel.post(rank).status_code == 302
    assert "按分数入选" in read(panel, rank)
    quiet("head", "district_officer")
    for who in ("head", "district_officer", "city_officer"):
        assert scene.cast.client(who).get(rank).status_code in (403, 404)
    assert "按分数入选" in read(scene.cast.client("city_officer"), reverse("programmes.board", args=[row.id]))


def test_a_blind_title_and_words() -> None:
    assert covered("甲校附小和甲校", ["甲校"], []) == "本校附小和本校"
    assert covered("甲校和甲校附小", ["甲校附小", "甲校"]) == "本校和本校"


def test_a_blind_programme_takes_no_name_in_the_title(scene: Scene) -> None:
    with pytest.raises(Exception, match="没有记下"):
        scene.begin(scene.call(), title=f"{scene.cast.school.name}的案例")
    assert not Attachment.objects.exists()
    with pytest.raises(Denied):
        queries.published_case(scene.cast.school.id)
