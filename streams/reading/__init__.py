"""Compiled reading of events: the bytes of many records become typed rows in one call.

`streams.events.decode` is the meaning. For each value, what is here gives exactly what `decode`
and `streams.log_rows` give, or declines; it never guesses and never refuses. Declined is what is
unusual (escapes, letters beyond ASCII, nested objects, very long numbers) and whatever is wrong.

May import `streams.events`, `streams.log_rows` and `detectors`. Start reading at `reading.py`
(the way in), then `events.py` and `data.py` (an event's two layers), `values.py` (one value).
`tables.py` makes what they go by from the events' structs, so a new type needs no change here.
"""

from streams.reading.reading import READING, read_places

__all__ = ["READING", "read_places"]
