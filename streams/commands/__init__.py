"""The commands of `ebbwatch`, by what they are about. They print; the parts below do the work.

`run.py` a system or a role, `data.py` events in, `desk.py` tasks,
`console.py` who may look in and who did, `history.py` looking back.
"""
