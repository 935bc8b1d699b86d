"""Families of signs, one file each. To add one: write its module, add its name below.

A family may import `family.py`, and of the core only what stands below the engine: arrays,
compiled, decay, evidence, kinds, words. Start with `silence.py`, the smallest; `family.py` says
what is asked.
"""

from importlib import import_module
from typing import cast

from detectors.families.family import Family, HardEvidence, RareSigns, StageEvidence

# The order is that of the features in every model: append, and the feature list has a new hash.
NAMES = (
    "silence",
    "rhythm",
    "volume",
    "value",
    "loyalty",
    "contact",
    "complaints",
    "service",
    "payments",
    "contract",
    "market",
    "survey",
    "exposure",
    "network",
)

_modules = {name: import_module(f"{__name__}.{name}") for name in NAMES}
FAMILIES: dict[str, Family] = {name: cast("Family", module) for name, module in _modules.items()}
FLOORS: dict[str, HardEvidence] = {
    name: cast("HardEvidence", module)
    for name, module in _modules.items()
    if hasattr(module, "floor")
}
STAGES: dict[str, StageEvidence] = {
    name: cast("StageEvidence", module)
    for name, module in _modules.items()
    if hasattr(module, "stage")
}
RARE: dict[str, RareSigns] = {
    name: cast("RareSigns", module)
    for name, module in _modules.items()
    if hasattr(module, "enters")
}
# A bit for each, in a row's `families`: it has heard of something that it can measure.
BITS: dict[str, int] = {name: 1 << place for place, name in enumerate(NAMES)}
