"""Rule 4: characters doubled in scanning, `客客户户流失失`.

谢谢 and 慢慢 are words, so it takes much to believe in damage: on clean reviews 0.7 % of
neighbouring characters are equal, in scanned passages a quarter.
"""

import re

from detectors.text.letters import HAN

_RUN = re.compile(f"([{HAN}])\\1*")
_EQUAL = re.compile(f"([{HAN}])(?=\\1)")
_PAIR = re.compile(f"[{HAN}](?=[{HAN}])")
PAIRS_FROM = 40
EQUAL_FROM = 0.15
DIFFERENT_FROM = 5
EVEN_FROM = 3  # different runs, none of them odd


def undoubled(text: str) -> str:
    """Give the text with doubled characters made single, if it was doubled beyond doubt.

    Where every run is even, all was doubled: runs are halved, and 谢谢 survives. Else a run
    becomes one character, and such words lose their double.

    Examples
    --------
    >>> said = "客户服务热线一直打不通，谢谢你们的热情，请尽快给我回电话"
    >>> undoubled("".join(2 * letter for letter in said))
    '客户服务热线一直打不通，，谢谢你们的热情，，请尽快给我回电话'
    >>> undoubled("谢谢，慢慢来，好好好")
    '谢谢，慢慢来，好好好'
    """
    if not _looks_doubled(text) or len(_PAIR.findall(text)) < PAIRS_FROM:
        return text
    runs = [len(found[0]) for found in _RUN.finditer(text)]
    if all(length % 2 == 0 for length in runs):
        return _RUN.sub(lambda found: found[1] * (len(found[0]) // 2), text)
    return _RUN.sub(r"\1", text)


def is_doubtful(text: str) -> bool:
    """Tell whether the text looks doubled but is too short to say so.

    Examples
    --------
    >>> is_doubtful("客客户户服服务务太太差差"), is_doubtful("谢谢，妈妈天天慢慢看着")
    (True, False)
    """
    if len(_EQUAL.findall(text)) < EVEN_FROM or len(_PAIR.findall(text)) >= PAIRS_FROM:
        return False
    runs = {found[0] for found in _RUN.finditer(text)}
    all_even = len(runs) >= EVEN_FROM and all(len(run) % 2 == 0 for run in runs)
    return all_even or _looks_doubled(text)


def _looks_doubled(text: str) -> bool:
    equal = _EQUAL.findall(text)
    if len(equal) < DIFFERENT_FROM or len(set(equal)) < DIFFERENT_FROM:
        return False
    return len(equal) >= EQUAL_FROM * len(_PAIR.findall(text))
