"""Real servers for all tests; those that break one start their own."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from streams.embedded import kafka, store

# The first call of compiled code loads it, or compiles it.
settings.register_profile("compiled", deadline=None)
settings.load_profile("compiled")


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the bootstrap servers of an empty Kafka. Name your topics so that no one else does."""
    with kafka(tmp_path_factory.mktemp("kafka"), keep=False) as bootstrap_servers:
        yield bootstrap_servers


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the URL of an empty store. Name your keys so that no one else does."""
    with store(tmp_path_factory.mktemp("store"), keep=False) as url:
        yield url
