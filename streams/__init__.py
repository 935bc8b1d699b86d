"""The shell: where events come in and where the whole is put together.

May import everything: `streams → alerts → detectors`. It knows all and decides nothing. Start
reading at `cli.py` (the commands), then `intake.py` and `scorer.py` (the workers).
"""
