"""What one would pick instead, on the same events: each a process of its own that prints JSON.

Here and not in `tests/`, because `ebbwatch bench` of an installed wheel runs them. Each counts
the events of every customer, as its own manual would have it, and nothing else. `asked.py` is
what they are told; start reading at `bare.py`.
"""
