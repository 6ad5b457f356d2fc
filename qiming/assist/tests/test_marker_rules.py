"""What gives points, and what the marker proposes."""

import json

from qiming.assist.marker.rubrics import Criterion, from_data, to_data


def test_a_rubric_comes_back_as_it_was_stored() -> None:
    rubric = (
        Criterion(
            "a", "说出数据太少", 2, (("数据太少", "样本不够"), ("背下来",)), need=1, wrong=("越少越好",)
        ),
        Criterion("b", "说出怎么办", 1, in_order=True),
    )
    assert from_data(json.loads(json.dumps(to_data(rubric)))) == rubric
    assert [one.needed for one in rubric] == [1, 0]
