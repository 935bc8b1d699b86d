"""From an alert to a task that someone does.

A desk reads what the scorer and people say on one partition of `churn.log.desk` and decides
who does what about it, and by when. All of it is pure: no clock, no chance, nothing read and
nothing sent; only `redis_*.py` talk to Redis, and only `channels/` to other servers. It may
import `detectors.assessment` and `detectors.errors`, and nothing else of ours.

Start reading at `alert.py` (what comes in), `handling.py` (by value and band), `decision.py`
(the ladder) and `task.py` (what goes out and the life it has); `cases.py` and `handover.py` are
for what hits many customers at once. `desk.py` puts them together, `board.py` is where tasks live.
What is told to whom is in `outbox.py` and `courier.py`, who may look at what in `console/`.
"""
