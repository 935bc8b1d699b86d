"""Rule 2: pinyin pushed in behind characters, `客户(kè hù)` cut into single syllables.

A bracket goes that follows a Han character and holds one syllable of standard Mandarin with
its tone mark. Untoned ones go only where three toned ones stand: `(an)` could be English.
Capitals stay: `(CLV)`, `(CRM)`.
"""

import re
import unicodedata

from detectors.text.letters import HAN

# Finals each initial goes with; y and w stand for syllables without an initial.
_FINALS = {
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan ü üe",
    "l": "a e o ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un ü üe",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "ch": "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "sh": "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "e i ao ou an en ang eng ong u ua uo ui uan un",
    "z": "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
    "c": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "s": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "y": "a o e ai ao ou an ang ong i in ing u ue uan un",
    "w": "a o ai ei an en ang eng u",
    "": "a o e ai ei ao ou an en ang eng er",
}
SYLLABLES = frozenset(
    initial + final for initial, finals in _FINALS.items() for final in finals.split()
)
_TONES = "\u0304\u0301\u030c\u0300"
_LETTERS = "a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_BRACKET = re.compile(rf"(?<=[{HAN}])[(（]\s*([{_LETTERS}]{{1,6}})\s*[)）]")
_HEAD = re.compile(rf"\A\s*[{_LETTERS}]{{0,6}}\s*[)）]")
_TAIL = re.compile(rf"[(（]\s*[{_LETTERS}]{{0,6}}\s*\Z")
UNTONED_FROM = 3  # toned brackets in the text


def without_pinyin(text: str) -> str:
    """Give the text without pinyin in brackets, and without its halves at the edges.

    Examples
    --------
    >>> without_pinyin("客(kè)户（hù ）服务的(CRM)系统(xì")
    '客户服务的(CRM)系统'
    """
    if "(" not in text and "（" not in text:
        return text
    n_toned = sum(toned(found) for found in _BRACKET.findall(text))
    if not n_toned:
        return text
    every = n_toned >= UNTONED_FROM

    def kept(found: re.Match[str]) -> str:
        return "" if toned(found[1]) or (every and found[1] in SYLLABLES) else found[0]

    return _TAIL.sub("", _HEAD.sub("", _BRACKET.sub(kept, text)))


def toned(syllable: str) -> bool:
    """Tell whether it is one syllable with one tone mark.

    Examples
    --------
    >>> toned("lǜ"), toned("shuāng"), toned("hu"), toned("xyù")
    (True, True, False, False)
    """
    parts = unicodedata.normalize("NFD", syllable)
    plain = parts.translate(_WITHOUT_TONE)
    return len(parts) == len(plain) + 1 and unicodedata.normalize("NFC", plain) in SYLLABLES


_WITHOUT_TONE = dict.fromkeys(map(ord, _TONES))
