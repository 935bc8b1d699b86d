"""Where events come from that are not live: public data sets and files with a mapping.

A source gives typed events in time order. `pacing.py` says in which steps they are fed, the
same for a live feed through Kafka and for a backtest in one process. Start with `source.py`.
"""
