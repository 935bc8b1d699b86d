"""History through the same sequencer, engine, learner and desk, in one process.

May import everything of `streams` but Faust. `measures.py`, `budgets.py` and `lead.py` say how
good the predictions were and know nothing of where they came from; `output.py` writes files.
"""
