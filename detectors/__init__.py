"""The core: what customers did goes in, what we think of them comes out.

Pure functions and columns: no I/O, no clock, no unseeded chance, no asyncio. May import only
itself, numpy, msgspec and pydantic (River in `learning/` alone). Start reading in `engine.py`;
then `kernels.py` (what happens to a row), `families/silence.py` (a sign), `judge.py` (what comes
out), `slices.py` (what goes in).

The same steps give the same bytes wherever a log is cut, with the same numpy on a CPU of the
same features; elsewhere logarithms and exponentials may differ in their last bit, so outputs
are rounded to six places.
"""
