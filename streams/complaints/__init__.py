"""Complaints at the intake: their texts are read once, and what people correct becomes labels.

May import `detectors` and the rest of `streams/` that decides nothing. Start reading at
`reader.py` (what happens at each complaint), then `notes.py` (what the log keeps of a text) and
`remembering.py` (how it goes on after a restart).
"""
