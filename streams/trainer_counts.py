"""What the trainer has done: read by `metrics.py` when somebody asks."""

from dataclasses import dataclass

from detectors.slices import Model
from detectors.text.model import TextModel


@dataclass
class TrainerCounts:
    """Models published since the start, and the newest of each kind."""

    published: int = 0
    newest: Model | None = None
    newest_text: TextModel | None = None
