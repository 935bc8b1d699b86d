"""An invented industrial supplier with some thousands of customers, and the truth about each.

May import the public contract (`streams.events`), topics and numpy; nothing of the system that
is tried on it. Start with `source.py` (the events) and `course.py` (one day after another); each
thing that customers or we do has its file. `truth.py` holds what the system never sees,
`oracle.py` scores against it. The page for people is ``docs/simulator.md``.
"""
