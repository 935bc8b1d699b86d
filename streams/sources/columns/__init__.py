"""From the cells of files to columns of typed values, by the plan of a mapping.

Works on whole columns with pyarrow and numpy; Python sees a cell only where a column cannot be
read as a whole, and then each distinct cell once. What cannot be read becomes a fault with its
row and reason, and never an exception. May import `streams.sources.mapping`, `plan` and
`targets`. Read `tables.py` and `bringing.py` (files), `cells.py` (texts, numbers),
`clocks.py` and `times.py`, `values.py`, `where.py` (filters), then `rows.py`, which carries out
one rule, and `loading.py`, which puts the files together.
"""
