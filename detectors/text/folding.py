"""Rule 3: Traditional characters folded to Simplified, for matching only.

A few characters are written in both: 著 is 着 in 等著 and itself in 著名. They are folded only
where the text has other Traditional characters, and not in the words listed here, so that
clean Simplified text stays as it is.
"""

import re

from detectors.text.traditional import PAIRS

_SIMPLIFIED = dict(zip(map(ord, PAIRS[::2]), PAIRS[1::2], strict=True))
_TRADITIONAL = frozenset(PAIRS[::2])
# Each with the neighbours beside which it stays: (character, before, after, folded). Beside
# itself it stays too: rule 4 comes later, and 名著著 is 名著.
_BOTH = (
    ("著", "名显原论编土卓巨昭专译遗合所执拙名", "名作称述者书录", "着"),
    ("乾", "", "坤隆卦县陵", "干"),
    ("藉", "狼慰枕蕴", "", "借"),
    ("徵", "角", "羽", "征"),
    ("夥", "甚", "", "伙"),
    ("瞭", "", "望哨", "了"),
)
_BOTH_FOLDS = tuple(
    (re.compile(f"(?<![{before}{one}]){one}(?![{after}{one}])"), one, folded)
    for one, before, after, folded in _BOTH
)


def folded(text: str) -> str:
    """Give the text in Simplified characters.

    One Traditional character can be several Simplified ones only rarely; one Simplified
    character for several Traditional ones (后 for 后 and 後) is a loss we do not mind here.

    Examples
    --------
    >>> folded("客戶等著處理，衣服都乾了"), folded("著名的乾隆")
    ('客户等着处理，衣服都干了', '著名的乾隆')
    """
    if _TRADITIONAL.isdisjoint(text):
        return text
    text = text.translate(_SIMPLIFIED)
    for pattern, one, to in _BOTH_FOLDS:
        if one in text:
            text = pattern.sub(to, text)
    return text
