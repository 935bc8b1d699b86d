"""Families of signs, one file each. To add one: write its module, add its line below.

A family may import `family.py`, and of the core only what stands below the engine: arrays,
compiled, decay, kinds. Start with `silence.py`, the smallest; `family.py` says what is asked.
"""

from detectors.families import (
    complaints,
    contact,
    exposure,
    loyalty,
    network,
    rhythm,
    silence,
    value,
    volume,
)
from detectors.families.family import (
    Family,
    HardEvidence,
    StageEvidence,
    as_family,
    as_hard_evidence,
    as_stage_evidence,
)

# The order is that of the features in every model: append, and the feature list has a new hash.
FAMILIES: dict[str, Family] = {
    "silence": as_family(silence),
    "rhythm": as_family(rhythm),
    "volume": as_family(volume),
    "value": as_family(value),
    "loyalty": as_family(loyalty),
    "contact": as_family(contact),
    "complaints": as_family(complaints),
    "exposure": as_family(exposure),
    "network": as_family(network),
}
FLOORS: dict[str, HardEvidence] = {"complaints": as_hard_evidence(complaints)}
STAGES: dict[str, StageEvidence] = {
    "rhythm": as_stage_evidence(rhythm),
    "volume": as_stage_evidence(volume),
    "loyalty": as_stage_evidence(loyalty),
    "exposure": as_stage_evidence(exposure),
    "network": as_stage_evidence(network),
}
