"""The contract as files for others: JSON Schema of the events, AsyncAPI of the topics.

``python -m streams.schemas write`` makes them, ``check`` says whether they still fit the code.
"""

import inspect
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from streams.asyncapi import EVENTS_FILE, document
from streams.events import EVENT_TYPES
from streams.yaml_text import Plain, yaml_text

FOLDER = Path(__file__).parent.parent / "deploy" / "schemas"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def events_schema() -> dict[str, Plain]:
    """Give the JSON Schema (2020-12) of all event types: one of the structured-mode events.

    JSON Schema takes a time without offset for a date-time and knows no topics and keys, so it
    lets pass a little more than the intake does.
    """
    structs = [known.struct for known in EVENT_TYPES.values()]
    refs, components = msgspec.json.schema_components(structs, ref_template="#/$defs/{name}")
    for component in components.values():
        if "description" in component:
            component["description"] = inspect.cleandoc(component["description"])
    return {
        "$schema": _DIALECT,
        "$id": "urn:ebbwatch:events",
        "title": "Events that ebbwatch reads, as CloudEvents 1.0 in structured JSON mode",
        "oneOf": list(refs),
        "$defs": components,
    }


def files() -> dict[str, str]:
    """Give the generated files: name and text."""
    return {
        EVENTS_FILE: json.dumps(events_schema(), indent=1, ensure_ascii=False) + "\n",
        "asyncapi.yaml": yaml_text(document()),
    }


def write(folder: Path) -> None:
    """Write the files into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


def drifted(folder: Path) -> list[str]:
    """Name the files in `folder` that are missing or are not what `write` would write."""
    return [
        name
        for name, text in files().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: Sequence[str]) -> int:
    """Write or check the files; gives the exit code, 1 for drift and 2 for a wrong call."""
    match arguments:
        case ["write"]:
            write(FOLDER)
            return 0
        case ["check"]:
            names = drifted(FOLDER)
            for name in names:
                message = "does not fit the code; run: python -m streams.schemas write"
                sys.stderr.write(f"deploy/schemas/{name}: {message}\n")
            return 1 if names else 0
        case _:
            sys.stderr.write("usage: python -m streams.schemas write|check\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
