"""A world of its own, on the common broker, for each test of the workers' plumbing."""

from collections.abc import AsyncIterator
from itertools import count

import pytest_asyncio

from tests.faults.toy_world import World

_numbers = count()


@pytest_asyncio.fixture
async def world(broker: str) -> AsyncIterator[World]:
    world = World(broker, f"toy{next(_numbers)}")
    await world.make_topics()
    yield world
    await world.close()
