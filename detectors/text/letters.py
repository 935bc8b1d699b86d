"""Which characters are usual, and which are a sign of damage.

Usual Chinese characters are the 3,755 of GB 2312's first level, which make 99.8 % of what
customers write, and second-level ones of daily life: food, feelings, household. Damaged bytes
give first-level characters only four times in ten.
"""

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from detectors.arrays import U8, U32
from detectors.compiled import kernel

LOST = "\ufffd"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003134f"
_EVERYDAY = (
    "哒馨嗯婷幺坨沐圳瑕浏蟑螂兮嘈葩尴尬靓噢炫馍瘾柚呦猕喔惬炖魅咔焖喽榻莞莓怡嘟忒瑜潢噱惚麟褶馊"
    "辘煲愣橘呗诶睿熨嗦霾唧噜鱿呃曦侃肴饨馄溧叽浒懵咫啧崛寰薇忐忑咚咪鹌鹑笙崽咣嗖筝嘣荟嗒沌娴噼"
    "唔琪楂朦晖嗨粑艹嬉嚓汶芙喵鳕渲妃禅鳄螃蜊蚝粽饪饽馕榄鲈鲫鳗炝涮煨焗煸馥莴荠苋藜薏苡枸杞哕嗝"
    "痱疖痂痤踝鬓髻髦眸盹瞌忪怵惴惘惆怅怏愠懑恙慵囧糗踹跷跛踉跄趔趄咧啰喱嗲嗷嘞嘀囔囫囵奂妞娓屌"
    "幔悚恪愫拗掰摁撸擀攥旮旯暧杵槌沓漉濡犟猥獗玷硌祛禀绺缪翡聆耷腌臜膻臊蟀衩裆诋诓迥遛邋遢阖飙"
    "饕餮饬麸黏黝黯鼾龇龊龌锂碜谛诠啬诿簸腩宕扉迦楠呲蟆蕨獒辄厮缭茉哧杳荞桦璋涓莠栩瞰泯斐蚯蚓愕"
    "巅摒痧偌鑫螨鳅蹉癖暨萃邂逅醍醐憧憬蝌蚪琦琥珀骷髅麒凇袅娑饷恸窈窕旖旎汩潺湲瀚妪耄耋睚眦觊觎"
    "囿俑谥魑羁跎笃悖渎徇亵"
)


def _first_level() -> str:
    """Give the 3,755 characters: rows 16 to 55 of the national standard, as bytes B0A1 to D7F9."""
    rows = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return b"".join(rows).decode("gb2312", "ignore")


USUAL_HAN = frozenset(_first_level() + _EVERYDAY)

# Letters with accents in small, punctuation of both languages, money, symbols, faces.
_USUAL_OTHER = (
    "\\x00-\\x7f\xa0\xa3\xa5\xab\xae\xb0\xb1\xb2\xb3\xb7\xbb\xbd\xd7\xf7"
    "ßáàâäãåæçéèêëíìîïñóòôöõøœúùûüÿāēīōūǎěǐǒǔǖǘǚǜÉÜÖÄ"
    "\u2010-\u2027\u2030-\u205e\u20ac\u2100-\u214f\u2190-\u23ff\u2460-\u24ff\u25a0-\u2bff"
    "\u3000-\u303f\ufe30-\ufe4f\uff01-\uff65\uffe0-\uffe6\U0001f000-\U0001faff"
)
IS_HAN = re.compile(f"[{HAN}]")
IS_USUAL_HAN = re.compile(f"[{''.join(sorted(USUAL_HAN))}]")
IS_ODD = re.compile(f"[^{_USUAL_OTHER}{''.join(sorted(USUAL_HAN))}]")
IS_KANA = re.compile("[\u3041-\u30fa]")
# Scripts we do not read.
_IS_FOREIGN = re.compile("[\u0370-\u1cff\u1e00-\u1fff\u3041-\u30fa\uac00-\ud7a3]")


class Counted(NamedTuple):
    """How many characters of a text are what."""

    han: int
    usual_han: int
    unreadable: int  # lost, or of a script we do not read
    odd: int  # not usual in a text of either language


def points(text: str) -> U32:
    """Give the characters of a text as numbers, uint32, shape (n,)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def counted(text: str) -> Counted:
    """Count the characters of a text.

    Examples
    --------
    >>> counted("客户, Привет 瀹")
    Counted(han=3, usual_han=2, unreadable=6, odd=7)
    """
    return Counted(*_counted(points(text), classes()))


def usual_share(text: str) -> float:
    """Give the share of characters that are usual, 0 to 1; 1 for no text.

    Examples
    --------
    >>> usual_share("客户服务"), usual_share("瀹㈡埛")
    (1.0, 0.0)
    """
    return 1 - counted(text).odd / len(text) if text else 1.0


@lru_cache(maxsize=1)
def classes() -> U8:
    """Give the classes of the characters below U+20000, one bit each, uint8, shape (131072,)."""
    table, every = np.zeros(0x20000, np.uint8), "".join(map(chr, range(0x20000)))
    for bit, pattern in enumerate((IS_HAN, IS_USUAL_HAN, _IS_FOREIGN, IS_ODD)):
        places = [found.start() for found in pattern.finditer(every)]
        table[places] |= np.uint8(1 << bit)
    table[ord(LOST)] = 4 | 8
    return table


@kernel
def _counted(text: U32, table: U8) -> tuple[int, int, int, int]:
    han, usual, unreadable, odd = 0, 0, 0, 0
    for point in text:
        kind = table[point] if point < len(table) else 9 if point < 0x31350 else 8
        han += kind & 1
        usual += kind >> 1 & 1
        unreadable += kind >> 2 & 1
        odd += kind >> 3 & 1
    return han, usual, unreadable, odd
