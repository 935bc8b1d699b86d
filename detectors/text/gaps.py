"""Rule 6: numbers or Latin words that got lost on the way, `2024 年` become ` 年`.

Found, never filled: a guessed amount would be believed. Amounts come from an event's fields.
"""

import re

_GAPS = re.compile(
    r"年[ \u3000]+月|月[ \u3000]+日|第[ \u3000]+[章页次名位期]|[(（][ \u3000]*[)）]"
    r"|[万亿](?:(?<=[，。；、：,;:\n共约达近超计付花了为是于].)|(?<=\A.)"
    r"|(?<=[，。；、：,;:\n共约达近超计付花了为是于][ \u3000].))(?:美元|欧元|元|人|件|台|吨)"
    r"|[、，。；](?<=随着.|根据.|关于.|通过.|对于.|按照.|以及.)"
    r"|[￥¥$€£](?=[ \u3000]*(?:[，。；、,;.!?！？）)]|[A-Za-z]|\Z))"
    r"|(?<=rder|oice|mber) +(?:#?[.,;]|#\s)|(?<=on|of|at) / ?/| %"
)
# Each of them has one of these; most texts have none.
_WORTH_A_LOOK = re.compile(
    "[(（￥¥$€£#%/万亿]|[年月第][ \u3000]|[ ][.,;]"
    "|[、，。；](?<=随着.|根据.|关于.|通过.|对于.|按照.|以及.)"
)


def has_gaps(text: str) -> bool:
    """Tell whether something is visibly missing.

    Examples
    --------
    >>> has_gaps("于 年 月签约，共 万元"), has_gaps("于 2024 年 3 月签约，共 12 万元")
    (True, False)
    """
    return _WORTH_A_LOOK.search(text) is not None and _GAPS.search(text) is not None
