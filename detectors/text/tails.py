"""Rule 7: what stands behind a complaint and is not part of it.

Quoted mails, footers, lists of links in other languages, keyword spam. Cut from the first
line that says so; a line counts only if something worth reading stands before it.
"""

import re

READ_MAX = 4000  # characters; a complaint is told in far fewer
RAW_MAX = 4 * READ_MAX  # before repairs, which only ever make a text shorter

_TAIL = re.compile(
    r"^[ \t]*(?:"
    r"-{2,}[ ]*(?:Original Message|Forwarded message|原始邮件|转发邮件|原邮件)"
    r"|(?:On|Am) .{4,80} (?:wrote|schrieb):|在.{4,60}写道[:：]"
    r"|(?:From|发件人)[:：].{0,200}\n[ \t]*(?:Sent|Date|To|发送时间|日期|收件人)[:：]"
    r"|>.*\n[ \t]*>|--[ ]?$|_{8,}|={8,}"
    r"|(?:Sent from my |Get Outlook for |发自我的|来自我的)"
    r"|(?:Copyright|©|\(c\)|版权所有|All rights reserved|Powered by).{0,80}"
    r"|.{0,20}(?:ICP备|公网安备|ICP证)"
    r"|(?:This (?:e-?mail|message) (?:and|is|may|contains)|To unsubscribe|Unsubscribe|退订|"
    r"本邮件及其附件|Privacy Policy|Terms of (?:Use|Service)|"
    r"友情链接|热门搜索|相关推荐|关键词[:：]|标签[:：]|Tags:|Keywords:)"
    r")",
    re.IGNORECASE | re.MULTILINE,
)
# Eight short items in a line with hardly a sentence mark: links, languages, keywords.
_LIST = re.compile(
    r"^(?:[^|｜/·•,，、。.!！?？\n]{1,24}[|｜/·•]+){7,}[^。.!！?？\n]{0,40}$", re.MULTILINE
)
_OTHER_SCRIPT = "\u0370-\u1cff\u3041-\u30fa\uac00-\ud7a3"
# From a line with twelve letters of a script we do not read.
_FOREIGN = re.compile(f"\n(?=(?:[^\n{_OTHER_SCRIPT}]*[{_OTHER_SCRIPT}]){{12}})")
_WORTH = re.compile(r"\w")


def without_tail(text: str) -> str:
    r"""Give the text up to where something else begins, at most `READ_MAX` characters.

    Examples
    --------
    >>> without_tail("Nobody called back.\n\nOn Mon, 3 Feb 2025, Kim wrote:\n> We will call.")
    'Nobody called back.'
    >>> without_tail("屏幕坏了。\n首页 | 关于我们 | 招聘 | 帮助 | 地图 | 合作 | English | 联系")
    '屏幕坏了。'
    """
    worth = _WORTH.search(text)
    end = len(text)
    for pattern in (_TAIL, _LIST, _FOREIGN):
        found = pattern.search(text, worth.end(), end) if worth else None
        end = found.start() if found else end
    if end == len(text) <= READ_MAX:
        return text
    return shortened(text[:end], READ_MAX) if end > READ_MAX else text[:end].rstrip()


def shortened(text: str, longest: int) -> str:
    """Give at most `longest` characters, cut behind a mark or blank if there is one nearby.

    Examples
    --------
    >>> shortened("One two three", 9)
    'One two'
    """
    if len(text) <= longest:
        return text
    nearby = max(text.rfind(mark, longest - 200, longest) for mark in " \n，。！？；,.!?;")
    return text[: nearby if nearby > 0 else longest].rstrip()
