"""One customer, one id; what each allows; whom a loss concerns: what the intake knows of people.

May import `detectors`, `streams.events`, `streams.log_rows` and, of `streams.sequencing`, the
bits of `standing_bits.py`. Start with `standing.py` (what is known of one customer), then
`hearing.py` (what an event changes, and what is to be told to others); `people.py` keeps all
customers of a partition, and `forwarding.py` sends events on to who they are really of.

Apart from the intake, from a file of names: `proposals.py` finds ids that may be one customer,
`deciding.py` makes events of what a person or the tax id decided.
"""
