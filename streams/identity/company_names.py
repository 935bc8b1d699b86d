"""Names of companies and their addresses as they are compared: one width, one case, no legal form.

`Ｂｏｒｅａｌｉｓ Co., Ltd.` and `BOREALIS LIMITED` read alike. What tells one company of a group
from another stays: holding, group, branch, place, number. Damage is repaired as in complaint texts;
a name that was is marked, because a repair may be wrong.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

from detectors.text.codes import Repair
from detectors.text.letters import HAN
from detectors.text.normalise import normalise

# Those spelt differently that are one: limited is ltd, and a Chinese company may change its own.
FORMS: Mapping[str, str] = {
    **dict.fromkeys(("ltd", "limited", "co", "company", "plc", "pty", "pte", "sdn", "bhd"), "ltd"),
    **dict.fromkeys(("inc", "incorporated", "corp", "corporation"), "inc"),
    **dict.fromkeys(("llc", "llp", "lp"), "llc"),
    **dict.fromkeys(("gmbh", "mbh", "ug"), "gmbh"),
    **dict.fromkeys(("ag", "se", "kgaa"), "ag"),
    **dict.fromkeys(("kg", "ohg", "gbr", "ek"), "kg"),
    **dict.fromkeys(("sa", "sas", "sarl", "spa", "srl", "sl"), "sa"),
    **dict.fromkeys(("bv", "nv"), "bv"),
    **dict.fromkeys(("ab", "oy", "oyj", "as", "asa", "aps"), "ab"),
}
SHORT: Mapping[str, str] = {
    "intl": "international",
    "mfg": "manufacturing",
    "bros": "brothers",
    "tech": "technology",
    "techn": "technology",
    "eng": "engineering",
    "ind": "industries",
    "grp": "group",
    "assoc": "associates",
}
STREETS: Mapping[str, str] = {
    "st": "street",
    "str": "street",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "blvd": "boulevard",
    "ln": "lane",
    "dr": "drive",
    "sq": "square",
    "no": "",
    "nr": "",
}
BEFORE = frozenset({"the", "and"})  # of no account wherever they stand
DAMAGED = Repair.UNDOUBLED | Repair.REDECODED | Repair.MARKED | Repair.DOUBTFUL

_HAN_FORM = re.compile(
    "(?:有限责任公司|股份有限公司|有限公司|股份公司|责任公司|总公司|(?<![分子])公司|有限合伙|普通合伙)$"
)
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}|\b[a-z](?:/[a-z])+\b")  # s.a., a/s
_APOSTROPHE = re.compile(r"['’`´]")
_WORD = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
_LONG_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d"})


class CompanyName(msgspec.Struct, frozen=True, gc=False):
    """A name to compare: its words without the legal form, and the family of that form.

    `is_damaged` says that it was repaired by a guess; such a name says less.
    """

    words: tuple[str, ...]
    form: str = ""
    is_damaged: bool = False

    @property
    def compact(self) -> str:
        """The words as one."""
        return "".join(self.words)


def company_name(text: str) -> CompanyName:
    """Read a company's name, in Latin letters or Chinese.

    Where nothing but a legal form is left, that is the name.

    Examples
    --------
    >>> company_name("The Ｂｏｒｅａｌｉｓ  Mfg. Co., Ltd.").words
    ('borealis', 'manufacturing')
    >>> company_name("BOREALIS S.A.").form
    'sa'
    >>> company_name("北光機械（上海）股份有限公司").words
    ('北光机械上海',)
    """
    clean, is_damaged = _clean(text)
    words = [SHORT.get(word, word) for word in _words(clean) if word not in BEFORE]
    form, kept = "", list(words)
    while len(kept) > 1 and kept[-1] in FORMS:
        form = FORMS[kept.pop()]  # the first of several: Acme GmbH & Co. KG is run by Acme GmbH
    joined = _joined(kept)
    if joined and _is_han(joined[-1]):
        core = _HAN_FORM.sub("", joined[-1])
        form = "ltd" if core != joined[-1] else form
        joined = [*joined[:-1], core] if core else joined if len(joined) == 1 else joined[:-1]
    return CompanyName(tuple(joined or words), form, is_damaged)


@lru_cache(maxsize=65_536)  # many customers share a street
def address_words(text: str) -> tuple[str, ...]:
    """Read an address: its words, streets written out, Chinese in one piece.

    Examples
    --------
    >>> address_words("12 Harbour St."), address_words("上海市　浦东新区 世纪大道１００号")
    (('12', 'harbour', 'street'), ('上海市浦东新区世纪大道', '100', '号'))
    """
    clean, _ = _clean(text)
    words = (STREETS.get(word, word) for word in _words(clean))
    return tuple(_joined([word for word in words if word]))


def tax_number(text: str) -> str:
    """Read a tax id; empty where it cannot be one: too short, or a filler such as 0000000.

    Examples
    --------
    >>> tax_number("DE 811.193.231"), tax_number("n/a"), tax_number("00000000")
    ('DE811193231', '', '')
    """
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKC", text).upper() if letter.isalnum()
    )
    digits = [letter for letter in plain if letter.isdigit()]
    is_one = len(digits) >= 5 and len(set(digits)) > 1
    return plain if is_one else ""


def _clean(text: str) -> tuple[str, bool]:
    is_damaged = False
    if not text.isascii():
        repaired = normalise(text)
        text, is_damaged = repaired.text, bool(repaired.repairs & DAMAGED)
        text = unicodedata.normalize("NFKC", text).casefold().translate(_LONG_LETTERS)
        apart = unicodedata.normalize("NFD", text)
        text = "".join(letter for letter in apart if not unicodedata.combining(letter))
    text = _APOSTROPHE.sub("", text.lower().replace("&", " and "))
    return _DOTTED.sub(lambda found: re.sub(r"\W", "", found[0]), text), is_damaged


def _words(clean: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(clean))


def _joined(words: list[str]) -> list[str]:
    # Chinese is written without blanks; those in it, and brackets, are a matter of taste.
    joined: list[str] = []
    for word in words:
        if joined and _is_han(word) and _is_han(joined[-1]):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _is_han(word: str) -> bool:
    return "\u3400" <= word[:1] <= "\u9fff" or word[:1] >= "\U00020000"
