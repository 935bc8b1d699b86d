"""Complaint text: damaged text made readable, then read for kind, severity and mood.

Pure. May import only itself, the rest of `detectors/` that is not learning, numpy, msgspec and
pydantic; what learns from people's corrections is `detectors/learning/text_learner.py`.

Start reading at `reading.py` (`read_text`: everything at once), then `normalise.py` (the eight
rules, each in a file of its own) and `signs.py` (what words say without any learning).
"""
