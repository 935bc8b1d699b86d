"""Ways in which text gets damaged on its way to us, each done on purpose.

`chance` decides where; the same seed gives the same damage.
"""

import html
import re
from collections.abc import Callable
from random import Random

from detectors.text.traditional import PAIRS

Damage = Callable[[str, Random], str]

_HAN = re.compile("[\u4e00-\u9fff]")
_SYLLABLES = ("hù", "wù", "kè", "zhuāng", "lǜ", "ér", "shì", "de", "guǎn", "yī", "xióng", "āi")
_TRADITIONAL = dict(zip(PAIRS[1::2], PAIRS[::2], strict=True))
_TAILS = (
    "\n-----Original Message-----\nFrom: desk\nWe will call you.",
    "\n\nOn Mon, 3 Feb 2025 at 09:14, Service Desk wrote:\n> We will call you.",
    "\n\n发自我的手机",
    "\n版权所有 © 2019 某某科技有限公司 保留所有权利",
    "\n首页 | 产品 | 关于我们 | 招聘 | 帮助 | 地图 | 合作 | English | 日本語",
    "\nПолитика конфиденциальности и условия использования сайта",
)


def pinyin(text: str, chance: Random) -> str:
    """Push a syllable behind every third character, three of them toned."""
    places = [found.end() for found in _HAN.finditer(text)]
    chosen = sorted(
        set(chance.sample(places, max(3, len(places) // 3)) if len(places) > 3 else places)
    )
    for n, place in reversed(list(enumerate(chosen))):
        syllable = "kè" if n < 3 else chance.choice(_SYLLABLES)
        left, right = chance.choice(("()", "（）"))
        blank = chance.choice(("", "", " ", "\n"))
        text = f"{text[:place]}{left}{syllable}{blank}{right}{text[place:]}"
    return text


def pinyin_cut(text: str, chance: Random) -> str:
    """The same, cut out of a longer text in the middle of a bracket."""
    head, tail = chance.choice(("ù)", "）", "hù )")), chance.choice(("(", "（h", "( wù"))
    return head + pinyin(text, chance) + tail


def traditional(text: str, chance: Random) -> str:
    """Every character that has one in its Traditional form."""
    return "".join(_TRADITIONAL.get(letter, letter) for letter in text)


def mixed_script(text: str, chance: Random) -> str:
    """Some of them only."""
    return "".join(_TRADITIONAL.get(c, c) if chance.random() < 0.4 else c for c in text)


def doubled(text: str, chance: Random) -> str:
    """Every Han character twice, as a bad scanner gives it."""
    return _HAN.sub(lambda found: 2 * found[0], text)


def half_doubled(text: str, chance: Random) -> str:
    """Two characters in five twice."""
    return _HAN.sub(lambda found: found[0] * (1 + (chance.random() < 0.4)), text)


def utf8_as_windows(text: str, chance: Random) -> str:
    """UTF-8 read as the old western code page, as browsers do it: no byte is refused."""
    return "".join(_windows(byte) for byte in text.encode())


def _windows(byte: int) -> str:
    try:
        return bytes((byte,)).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def utf8_as_latin1(text: str, chance: Random) -> str:
    """UTF-8 read as Latin-1."""
    return text.encode().decode("latin-1")


def utf8_as_gbk(text: str, chance: Random) -> str:
    """UTF-8 read as GBK; what does not fit is lost."""
    return text.encode().decode("gb18030", "replace")


def gbk_as_latin1(text: str, chance: Random) -> str:
    """GBK read as Latin-1."""
    return text.encode("gb18030", "replace").decode("latin-1")


def gbk_as_utf8(text: str, chance: Random) -> str:
    """GBK read as UTF-8: nearly all is lost."""
    return text.encode("gb18030", "replace").decode("utf-8", "replace")


def shifted(text: str, chance: Random) -> str:
    """A GBK text cut in the middle of its first Han character."""
    start = _HAN.search(text)
    data = text.encode("gb18030", "replace")
    return data[1 + len(text[: start.start()].encode("gb18030")) if start else 0 :].decode(
        "gb18030", "replace"
    )


def without_numbers(text: str, chance: Random) -> str:
    """Digits and Latin words lost, their places left empty."""
    return re.sub("[0-9A-Za-z]+", " ", text)


def sprinkled(text: str, chance: Random) -> str:
    """Characters nobody sees."""
    unseen = "\u200b\u200c\ufeff\u00ad\x07\uf0b7\u202a"
    return "".join(c + (chance.choice(unseen) if chance.random() < 0.2 else "") for c in text)


def wide(text: str, chance: Random) -> str:
    """Latin letters and digits in full width."""
    return re.sub("[0-9A-Za-z]", lambda found: chr(ord(found[0]) + 0xFEE0), text)


def marked_up(text: str, chance: Random) -> str:
    """Sent as a page: tags around it, special characters written out."""
    return f'<div class="note"><b>{html.escape(text)}</b></div>'.replace(" ", "&nbsp;")


def with_tail(text: str, chance: Random) -> str:
    """What mail programs and pages put behind a text."""
    return text + chance.choice(_TAILS)


REVERSIBLE: tuple[Damage, ...] = (
    pinyin,
    pinyin_cut,
    traditional,
    mixed_script,
    doubled,
    utf8_as_windows,
    utf8_as_latin1,
    sprinkled,
    wide,
    marked_up,
    with_tail,
)
LOSSY: tuple[Damage, ...] = (half_doubled, utf8_as_gbk, gbk_as_latin1, gbk_as_utf8, shifted)
