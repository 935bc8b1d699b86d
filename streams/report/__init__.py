"""The report: the measures by which a company steers its retention, month by month.

Read `measures.py` first: the table of all measures with group, owner and window. `history.py`
gathers what they are made from out of the customer log, whatever ran it; each other module has
the measures of one subject, as plain functions of that history.
"""
