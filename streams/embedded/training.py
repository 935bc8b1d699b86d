"""Java's memory of an earlier start, which makes the next one take half the time.

Java 25 can write down what it loaded and linked in one run and begin the next from there:
2.9 s become 1.4 s. It checks by itself that jars and Java are the same, and goes on without
if they are not. An older Java leaves nothing behind and starts as ever.
"""

import tempfile
import time
from pathlib import Path

from streams.embedded.environment import cache_folder
from streams.embedded.java import java, memory
from streams.embedded.kafka import KafkaServer

ABANDONED_S = 30 * 86_400.0  # each environment has its own; of one that is gone it stays behind
WRITE_WITHIN_S = 180.0  # 8 s on two free cores


def train() -> None:
    """Start Kafka once, for nothing but to remember it; once was enough, it does nothing."""
    remembered = memory(java(), cache_folder())
    if remembered.exists():
        return
    _forget_abandoned(remembered.parent)
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix="training-") as folder:
        written = Path(folder, "memory")
        options = ("-XX:+IgnoreUnrecognizedVMOptions", f"-XX:AOTCacheOutput={written}")
        with KafkaServer(Path(folder), keep=False, jvm=options) as server:
            server.process.stop(WRITE_WITHIN_S)
        if written.exists():
            written.replace(remembered)


def _forget_abandoned(cache: Path) -> None:
    for memory_file in cache.glob("*.aot"):
        if time.time() - memory_file.stat().st_atime > ABANDONED_S:
            memory_file.unlink(missing_ok=True)
