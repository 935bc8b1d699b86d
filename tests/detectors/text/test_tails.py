import pytest

from detectors.text.tails import READ_MAX, without_tail

SAID = "Nobody called me back. I am very disappointed."


@pytest.mark.parametrize(
    "tail",
    [
        "-----Original Message-----\nFrom: desk",
        "----- 原始邮件 -----\n发件人：客服",
        "On Mon, 3 Feb 2025 at 10:00, Kim <kim@example.org> wrote:\n> We will",
        "在 2025年2月3日，客服写道：\n> 您好",
        "From: Service Desk\nSent: Monday",
        "> We will call you\n> Kind regards",
        "-- \nAda Example\nHead of Purchasing",
        "Sent from my phone",
        "发自我的手机",
        "© 2019 Example Ltd. All rights reserved.",
        "版权所有 某某公司",
        "京ICP备12345678号",
        "This e-mail and any attachments are confidential.",
        "To unsubscribe click here",
        "关键词：水泵 阀门 轴承",
        "首页 | 产品 | 关于 | 招聘 | 帮助 | 地图 | 合作 | English",
        "English · Français · Deutsch · Español · Italiano · Polski · Türkçe · Svenska",
        "Политика конфиденциальности",
    ],
)
def test_a_tail_is_cut(tail: str) -> None:
    assert without_tail(f"{SAID}\n\n{tail}") == SAID


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SAID, id="one line"),
        pytest.param(f"{SAID}\n\nFrom now on I shop elsewhere.\nSend me my money.", id="two parts"),
        pytest.param("> quoted from the start\n> and nothing else", id="nothing before the quote"),
        pytest.param("On Monday I wrote: nothing came.\nOn Tuesday I called.", id="a story"),
        pytest.param("Bad | slow | dear\nnever again", id="a short list"),
        pytest.param("多次投诉无果，版权所有人要求删除", id="words of a footer in a line"),
    ],
)
def test_what_belongs_to_it_stays(text: str) -> None:
    assert without_tail(text) == text


def test_at_most_so_many_characters_are_read_and_no_word_is_cut() -> None:
    found = without_tail("word " * 2000)
    assert READ_MAX - 200 < len(found) <= READ_MAX
    assert set(found.split()) == {"word"}
