"""The compiled part of the sequencer: events go into their order with no Python for each.

May import `detectors`, `streams.events`, `streams.log_rows` and `streams.reading`. Start with
`walk.py`, which takes the decisions; `streams/sequencer.py` does what compiled code cannot.
Whatever is compiled together stays in this folder: machine code is kept under its stamp.
"""
