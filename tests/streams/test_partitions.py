"""Tests that keys go where Kafka's own producers put them."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from streams.partitions import partition_of

# From the tests of the Java client, `UtilsTest.testMurmur2`: hashes as signed 32-bit numbers.
JAVA = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}


@pytest.mark.parametrize(("key", "hashed"), JAVA.items(), ids=[key.decode() for key in JAVA])
def test_a_key_goes_where_the_java_client_sends_it(key: bytes, hashed: int) -> None:
    assert [partition_of(key, n) for n in (1, 4, 12)] == [
        (hashed & 0x7FFF_FFFF) % n for n in (1, 4, 12)
    ]


@given(key=st.binary(max_size=40), n_partitions=st.integers(1, 64))
def test_a_key_goes_where_our_own_producer_sends_it(key: bytes, n_partitions: int) -> None:
    everywhere = list(range(n_partitions))
    assert partition_of(key, n_partitions) == DefaultPartitioner()(key, everywhere, everywhere)
