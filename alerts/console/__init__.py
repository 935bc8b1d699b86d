"""The console's own rules: who may see what, what they are shown, what they may say.

All of it is pure but `redis_doors.py` and `redis_courses.py`, which talk to Redis. It may import
the rest of `alerts/`. The pages themselves and the server are in `streams/console/`.

Start reading at `people.py` (who is who) and `access.py` (who may see what).
"""
