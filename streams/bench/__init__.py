"""The bench: what a CPU-second does on a real Kafka, beside a bare loop on the same topics.

May import all of `streams`; only `commands/bench.py` imports it. Start reading at `live.py`,
which is one run from beginning to end; `load.py` is what it feeds, `children.py` measures a
process, `bare.py` is the loop to compare with, and `report.py` says it.
"""
