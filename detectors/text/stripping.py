"""Rule 1: what nobody wrote. Control, zero-width and private-use characters, mark-up, widths.

Full-width Latin letters and digits become narrow ones. Full-width punctuation is how Chinese is
written and stays, except inside numbers and addresses and in a text without any Chinese. Circled
digits stay too: as plain ones they would be numbers nobody wrote.
"""

import html
import re
import unicodedata

from detectors.text.letters import HAN, IS_HAN, LOST

_WORTH_A_LOOK = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\xad&<\u0300-\u036f\u0483-\u0489\u0f18-\u0f39\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f\u061c\u115f\u1160\u180e\u2000-\u200f"
    "\u2028-\u202f\u205f-\u206f\u2e80-\u2fdf\u3164\ud800-\uf8ff\uf900-\ufaff\ufb00-\ufb06"
    "\ufe00-\ufe0f\ufeff０-９Ａ-Ｚａ-ｚ\uffa0\U0001d400-\U0001d7ff\U000e0000-\U0010ffff]"
)
_LINE_BREAK = re.compile(
    r"\r\n?|[\v\f\x85\u2028\u2029]|<(?:br|/?p|/?div|/?li|/?tr)\b[^<>]{0,200}>", re.IGNORECASE
)
_MARK_UP = re.compile(
    r"<(script|style)\b[^<>]{0,200}>.{0,500}?</\1\s*>|<!--.{0,500}?-->"
    r"|</?[a-z][a-z0-9]{0,15}(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE | re.DOTALL,
)
_BLANK = re.compile("[\t\xa0\u2000-\u200a\u202f\u205f]")
_UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U0010ffff]"
)
# Between Han these come from halves of two-byte characters, not from a font: rule 5 marks them.
_HALVES = re.compile(f"(?<=[{HAN}])[\ue000-\ue4c5]+(?=[{HAN}])")
# Marks over and under letters that are no letter of any language with it.
_PILED = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0f18\u0f19\u0f35\u0f37\u0f39\u1ab0-\u1aff\u20d0-\u20ff\ufe20-\ufe2f]"
)
# Compatibility forms of Han, Latin letters and digits; the rest of NFKC changes meaning.
_FORMS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufb06\U0001d400-\U0001d7ff]+")
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_WIDE_RUN = re.compile(
    r"[０-９Ａ-Ｚａ-ｚ]+"
    r"(?:(?:(?<=[０-９])(?:，(?=[０-９]{3}(?![０-９]))|：)|[．＠＿－／]+)[０-９Ａ-Ｚａ-ｚ]+)*％?"
)
_WIDE_ANY = re.compile("[\uff01-\uff5e]+")


def stripped(text: str) -> str:
    r"""Give the text without what was never written, on one kind of line break.

    Examples
    --------
    >>> stripped("Ｌａｔｅ again<br/>\u200b很慢，ＡＢＣ１，２３０")
    'Late again\n很慢，ABC1,230'
    """
    if _WORTH_A_LOOK.search(text) is None:
        return text if IS_HAN.search(text) else _WIDE_ANY.sub(_compatible, text)
    if "&" in text:
        text = html.unescape(text)
    text = _LINE_BREAK.sub("\n", text)
    if "<" in text:
        text = _MARK_UP.sub("", text)
    text = _HALVES.sub(LOST, text)
    text = _UNSEEN.sub("", _BLANK.sub(" ", text))
    text = _PILED.sub("", unicodedata.normalize("NFC", text))
    text = _FORMS.sub(_compatible, text)
    if _WIDE.search(text):
        text = _WIDE_RUN.sub(_compatible, text)
    return text if IS_HAN.search(text) else _WIDE_ANY.sub(_compatible, text)


def _compatible(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])
