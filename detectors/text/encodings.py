"""Rule 5: text whose bytes were read in the wrong encoding.

Either the bytes can be had back and read again with nothing lost, or what is damaged is marked
as unreadable: a text cut in the middle of a two-byte character cannot be put right, because
nobody knows the missing half. Marked means U+FFFD for each character, so that it stays marked.
"""

import re

from detectors.text.folding import folded
from detectors.text.letters import HAN, IS_KANA, IS_ODD, IS_USUAL_HAN, LOST, usual_share
from detectors.text.pinyin import without_pinyin
from detectors.text.stripping import stripped
from detectors.text.tails import without_tail

USUAL_FROM = 0.98  # of the characters of a re-read text
ODD_SHARE, ODD_FROM = 0.25, 3  # different ones, of a stretch between two punctuation marks

_WINDOWS = bytes(range(0x80, 0xA0)).decode("cp1252", "replace")
# What browsers do: cp1252, and the five bytes it leaves open as they are.
_BYTE = {chr(byte): byte for byte in range(0x100)} | {
    letter: 0x80 + n for n, letter in enumerate(_WINDOWS) if letter != LOST
}
_HIGH = "".join(sorted(letter for letter, byte in _BYTE.items() if byte >= 0x80))
_HIGH_RUN = re.compile(f"[{re.escape(_HIGH)}]{{2,}}")
_REPLACED = re.compile("锟斤拷|锟斤|斤拷|ï¿½|[烫屯锘]{3,}")
_RARE_HAN = re.compile(f"(?=[{HAN}])(?!{IS_USUAL_HAN.pattern}).")
_STRETCH = re.compile(r"[^，。！？；：、“”‘’（）《》…,!?;:()\"\n]+|[?？]{2,}")
_WEDGED = re.compile(f"(?<=[{HAN}])[a-z](?=[{HAN}])")
_LOST_BESIDE_HAN = re.compile(f"(?<=[{HAN}]){LOST}|{LOST}(?=[{HAN}])|^{LOST}+$")


def reread(text: str) -> str:
    """Give the text with its bytes read again in the right encoding, or as it was.

    Accepted only if no byte is lost and nearly all characters are usual afterwards, more than
    before. (As many will do where high characters are whole UTF-8 by themselves: that does not
    happen by chance.)

    Examples
    --------
    >>> reread("donâ€™t call"), reread("浣犱滑鐨勫鏈嶅お宸簡")
    ('don’t call', '浣犱滑鐨勫鏈嶅お宸簡')
    >>> reread("你们的服务".encode().decode("gb18030", "ignore"))
    '浣犱滑鐨勬湇鍔'
    >>> reread("客户服务".encode().decode("gb18030"))
    '客户服务'
    >>> reread("服务".encode("gb18030").decode("cp1252"))
    '服务'
    """
    share = usual_share(text)
    if share == 1 and _HIGH_RUN.search(text) is None:
        return text
    found = _HIGH_RUN.sub(_utf8, text)
    if found != text and share <= _share_repaired(found) > USUAL_FROM:
        return found
    for found in (_bytes_read_as_gbk(text), _utf8_read_as_gbk(text)):
        if found != text and share < _share_repaired(found) > USUAL_FROM:
            return found
    return text


def _share_repaired(text: str) -> float:
    """Give the share of usual characters after the rules that only take away; 0 if any is lost."""
    if LOST in text:
        return 0.0
    return usual_share(without_tail(folded(without_pinyin(stripped(text)))))


def marked(text: str) -> str:
    """Give the text with what cannot be read as U+FFFD, up to the next punctuation.

    Examples
    --------
    >>> marked("你们的锟斤拷务很差，请回电")
    '你们的������，请回电'
    """
    if LOST not in text and IS_ODD.search(text) is None and _REPLACED.search(text) is None:
        return text
    if 10 * len(IS_KANA.findall(text)) > len(text):
        return text  # Japanese: foreign, not damaged
    return _STRETCH.sub(_mark, text)


def _mark(found: re.Match[str]) -> str:
    stretch = found[0]
    start = _damaged_from(stretch)
    return stretch if start is None else stretch[:start] + LOST * (len(stretch) - start)


def _damaged_from(stretch: str) -> int | None:
    """Give where damage begins; None if there is none, or only a rare character or two."""
    first = _REPLACED.search(stretch) or _LOST_BESIDE_HAN.search(stretch)
    odd = [match for match in IS_ODD.finditer(stretch) if match[0] != LOST]
    rare = _RARE_HAN.search(stretch) or (odd and odd[0][0] in _BYTE)
    wedged = _WEDGED.search(stretch) if rare else None
    many = len({match[0] for match in odd}) >= ODD_FROM
    if rare and many and (wedged or len(odd) >= ODD_SHARE * len(stretch)):
        starts = [match.start() for match in (first, odd[0], wedged) if match]
        return min(starts)
    return first.start() if first else None


def _utf8(found: re.Match[str]) -> str:
    try:
        return bytes(map(_BYTE.__getitem__, found[0])).decode()
    except UnicodeDecodeError:
        return found[0]


def _bytes_read_as_gbk(text: str) -> str:
    try:
        return bytes(map(_BYTE.__getitem__, text)).decode("gb18030")
    except (KeyError, UnicodeDecodeError):
        return text


def _utf8_read_as_gbk(text: str) -> str:
    try:
        return text.encode("gb18030").decode()
    except UnicodeError:
        return text
