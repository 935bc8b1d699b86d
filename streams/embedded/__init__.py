"""Real servers on this machine: Apache Kafka and Valkey as child processes.

For one machine and for tests; nothing else in the code knows the difference. May import
`detectors.errors` only. Start reading at `endpoints.py`, then `kafka.py`.
"""

from streams.embedded.endpoints import Endpoints, endpoints, servers
from streams.embedded.kafka import KafkaServer, kafka
from streams.embedded.store import StoreServer, store

__all__ = [
    "Endpoints",
    "KafkaServer",
    "StoreServer",
    "endpoints",
    "kafka",
    "servers",
    "store",
]
