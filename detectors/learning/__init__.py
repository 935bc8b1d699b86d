"""Learning: how weekly snapshots with late labels become the weights that scorers use.

A scorer sends a `Lesson` at each Monday's tick, and at each tick at which labels mature. One
trainer learns them in order with River, blends what was learned with the expert rules, and
gives a `Model` of folded weights: a scorer computes one dot product and never sees River.
River is used in `learner.py` and `text_learner.py` only. All of it is pure: no clock, no
chance, no files.

Start reading at `schedule.py` (when), `lessons.py` (what is learned from) and `trainer.py`
(in which order); `learner.py` learns, `blend.py` decides who speaks, `measures.py` judges.
`text_learner.py` learns something else: to read complaints. `text_labels.py` is what it learns
from, `text_trainer.py` says in which order.
"""
