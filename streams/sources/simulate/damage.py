"""Damage done to some of the texts, as texts in the wild are damaged: the domain's list.

Each way of damage has a name, which the truth keeps with the complaint's id. What a way cannot
do to a text (pinyin to English) it leaves alone, and then it is not named.
"""

import re
from collections.abc import Callable

from streams.sources.simulate.chance import Sampled

SHARE = 0.08  # of all complaints
Way = Callable[[str, Sampled], str]
# Readings and traditional forms of characters that stand often in `text_zh.py`.
PINYIN = {
    "客": "kè", "户": "hù", "货": "huò", "单": "dān", "订": "dìng", "问": "wèn", "题": "tí",
    "电": "diàn", "话": "huà", "发": "fā", "票": "piào", "机": "jī", "设": "shè", "备": "bèi",
    "合": "hé", "同": "tóng", "个": "gè", "天": "tiān", "没": "méi", "有": "yǒu", "人": "rén",
    "到": "dào", "请": "qǐng", "的": "de", "时": "shí", "生": "shēng", "产": "chǎn",
}  # fmt: skip
TRADITIONAL = str.maketrans(
    "户货单订问题电话发机设备个没请时产这们过还说经开复钱价条约终续务务员网错见给来装坏压",
    "戶貨單訂問題電話發機設備個沒請時產這們過還說經開復錢價條約終續務務員網錯見給來裝壞壓",
)
FOOTERS = (
    " | Sent from my phone. This message may contain confidential information.",
    "\n--\nVisit us at the trade fair, hall 4. Free shipping on gloves. Best price gloves buy now",
    "\n> On Monday you wrote:\n> Thank you for your message. We will get back to you.",
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DIGITS = re.compile(r"\d+")


def damaged(text: str, draw: Sampled) -> tuple[str, tuple[str, ...]]:
    r"""Damage some texts in one way or two; give the text and the names of what was done.

    Examples
    --------
    >>> import numpy as np
    >>> pinyin("客户的货", np.random.default_rng(0))
    '客(kè)户(hù)的(de)货(huò)'
    >>> mojibake("漏气", np.random.default_rng(0))
    'æ¼\x8fæ°\x94'
    """
    if draw.random() >= SHARE:
        return text, ()
    n_ways, done = 1 + int(draw.random() < 0.25), []
    for place in draw.choice(len(WAYS), n_ways, replace=False).tolist():
        way = WAYS[place]
        worse = way(text, draw)
        if worse != text:
            text = worse
            done.append(way.__name__)
    return text, tuple(done)


def markup(text: str, draw: Sampled) -> str:
    """Put line breaks of web pages and a character without width between sentences."""
    return re.sub(r"(?<=[.。!！,，]) ?", "<br>", text, count=2) + "\u200b"


def full_width(text: str, draw: Sampled) -> str:
    """Turn Latin letters and digits into their wide forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def pinyin(text: str, draw: Sampled) -> str:
    """Push the reading in behind characters, in brackets."""
    return "".join(f"{c}({PINYIN[c]})" if c in PINYIN else c for c in text)


def traditional(text: str, draw: Sampled) -> str:
    """Write a part of the characters in their traditional forms."""
    cut = int(len(text) * draw.uniform(0.3, 1.0))
    return text[:cut].translate(TRADITIONAL) + text[cut:]


def doubled(text: str, draw: Sampled) -> str:
    """Double characters, as bad scans do."""
    again = draw.random(len(text)) < 0.45
    return "".join(
        c * 2 if twice and _HAN.match(c) else c for c, twice in zip(text, again, strict=True)
    )


def mojibake(text: str, draw: Sampled) -> str:
    """Read the bytes of UTF-8 as Latin-1."""
    return text.encode().decode("latin-1")


def digits_lost(text: str, draw: Sampled) -> str:
    """Lose all numbers."""
    return _DIGITS.sub(" ", text)


def foreign_tail(text: str, draw: Sampled) -> str:
    """Add a footer, an advertisement or a quoted mail."""
    return text + FOOTERS[int(draw.integers(len(FOOTERS)))]


def cut_short(text: str, draw: Sampled) -> str:
    """Cut the text in the middle of a character's bytes, read as GBK and put back badly."""
    raw = text.encode("gbk", "replace")
    cut = 1 + int(draw.integers(max(1, len(raw) // 2), max(2, len(raw) - 1)))
    return raw[:cut].decode("gbk", "replace").replace("\ufffd", "??")


WAYS: tuple[Way, ...] = (
    markup, full_width, pinyin, traditional, doubled, mojibake, digits_lost, foreign_tail,
    cut_short,
)  # fmt: skip
