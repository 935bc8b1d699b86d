import pytest

from detectors.text.gaps import has_gaps


@pytest.mark.parametrize(
    "text",
    [
        "于 年 月签约",
        "共计 万元",
        "赔偿，万美元",
        "我们( )认为",
        "随着、市场变化",
        "第 章",
        "价格是￥。",
        "paid $ for it",
        "Order # , please",
        "涨了 %",
        "in order # . and",
    ],
)
def test_a_gap_is_seen(text: str) -> None:
    assert has_gaps(text)


@pytest.mark.parametrize(
    "text",
    [
        "于 2024 年 3 月签约",
        "共计 12 万元",
        "十万美元",
        "我们（都）认为",
        "随着市场变化",
        "第一章",
        "￥120",
        "paid $20 for it",
        "Order #12, please",
        "涨了 5%",
        "一年 三月",
        "成千上万人",
        "相信华为了，好",
    ],
)
def test_where_nothing_is_missing_there_is_none(text: str) -> None:
    assert not has_gaps(text)
