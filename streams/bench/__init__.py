"""The bench: what this machine does, beside what one would pick instead. One file a sub-command.

May import all of `streams`; only `commands/bench.py` imports it. Start reading at `live.py`,
which is one run from beginning to end. What several share: `ground.py` has servers and topics
of their own, `children.py` roles as processes that are measured, `load.py` events for the
topics, `drawn_log.py` and `engine_run.py` slices for an engine alone, `peers/` and `beside.py`
what is compared with, and `report.py` says it.
"""
