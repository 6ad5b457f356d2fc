"""What the pages show, to whom, from when on."""

from django.test import Client

from qiming.programmes import services
from qiming.programmes.tests.conftest import Scene
from qiming.programmes.tests.test_calls import close, notice_over

HIDDEN = ("89.", "90.", "第1名", "按分数入选", "其他管理员")


def test_no_page_says_points_or_reviewers_before_the_notice(scene: Scene) -> None:
    call = scene.call()
    mine = scene.begin(call)
    scene.reviewed(mine)
    scene.hand_in(mine)
    close(call)
    case = scene.case(mine).id
    pages = (f"/programmes/applications/{mine}/", f"/cases/{case}/", "/cases/")
    everybody = ("head", "district_officer", "city_officer", "other_admin", "other_teacher")

    def read(who: str, url: str) -> str:
        answer = scene.cast.client(who).get(url)
        assert answer.status_code == 200, (who, url)
        return answer.content.decode()

    def quiet() -> None:
        for who in everybody:
            for url in pages:
                said = read(who, url)
                assert not [one for one in (*HIDDEN, "写得清楚") if one in said], (who, url)
        assert Client().get(f"/programmes/published/{mine}/").status_code == 404

    quiet()
    services.rank(actor=scene.cast.actor("other_admin"), call_id=call)
    quiet()
    scene.move(mine, "other_admin", "propose")
    assert "第1名" in read("head", pages[0])
    notice_over(scene, mine)
    scene.move(mine, "city_officer", "publish")
    said = Client().get("/programmes/published/?q=分类器").content.decode()
    assert "食堂里的分类器" in said
    said = Client().get(f"/programmes/published/{mine}/").content.decode()
    assert "第1名" not in said
    assert "我们把食堂的照片分成了四类" in said
    assert Client().get("/programmes/register/").status_code == 200


def test_strangers_find_nothing(scene: Scene) -> None:
    mine = scene.begin(scene.call())
    for who in ("guardian", "teacher", "colleague"):
        assert scene.cast.client(who).get(f"/programmes/applications/{mine}/").status_code in (403, 404)
    assert scene.cast.client("head").get(f"/programmes/applications/{mine}/").status_code == 200
