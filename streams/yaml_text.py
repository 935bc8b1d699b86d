"""Writes plain values as YAML, always in the same way, so that a file can be compared by text.

Block style, scalars as JSON writes them, which is YAML too. Not for reading.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence

Plain = None | bool | int | float | str | Sequence["Plain"] | Mapping[str, "Plain"]

_PLAIN_KEY = re.compile(r"[A-Za-z$_][\w.$/-]*")
# YAML wants a point before an exponent, and takes these characters for the end of a line.
_BARE_EXPONENT = re.compile(r"^(-?\d+)e")
_BREAKS = str.maketrans({break_: f"\\u{ord(break_):04x}" for break_ in "\x85\u2028\u2029"})
# Words that YAML 1.1 reads as something else than the text they are.
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def yaml_text(value: Plain) -> str:
    """Give a value as a YAML document.

    Examples
    --------
    >>> print(yaml_text({"a": [1, {"b": "x: y"}], "on": None}), end="")
    a:
      - 1
      - b: "x: y"
    "on": null
    """
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Plain) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _under(_key(key) + ":", item)
    elif isinstance(value, list | tuple) and value:
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _scalar(value)


def _under(head: str, item: Plain) -> Iterator[str]:
    if isinstance(item, Mapping | list | tuple) and item:
        yield head
        yield from (f"  {line}" for line in _lines(item))
    else:
        yield f"{head} {next(_lines(item))}"


def _scalar(value: Plain) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, float):
        return _BARE_EXPONENT.sub(r"\1.0e", text)
    return text.translate(_BREAKS)


def _key(key: str) -> str:
    plain = _PLAIN_KEY.fullmatch(key) and key.lower() not in _WORDS
    return key if plain else _scalar(key)
