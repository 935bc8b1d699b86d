"""The console's pages: what a person sees and does in a browser. No JavaScript, no state.

What may be seen by whom is decided in `alerts/console/`. `app.py` lists the pages; `guard.py`
says who is asking; `views.py` writes down who is shown whom before it is shown; `templates/` and
`style.css` are what it looks like. `streams/console_worker.py` runs it.
"""
