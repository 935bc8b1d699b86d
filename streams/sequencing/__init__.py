"""The compiled part of the sequencer: events go into their order with no Python for each.

It may import `detectors` and `streams.reading`. Start with `walk.py`, which takes the decisions;
`streams/sequencer.py` says what they mean and does what a compiled function cannot. Whatever
is compiled together stays in this folder, because machine code is kept under its stamp.
"""
