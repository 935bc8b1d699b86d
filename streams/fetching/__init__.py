"""Fetching without an object for each record: what Kafka sent, as columns.

aiokafka makes a record of every event, three times what reading and sequencing it then cost. For
topics with many small records its batches are taken as they came (`batches.py`) and their frames
read in compiled code (`packed.py`). Start reading there.
"""
