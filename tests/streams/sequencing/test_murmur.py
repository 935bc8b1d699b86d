"""The compiled murmur2 is Kafka's."""

from hypothesis import given
from hypothesis import strategies as st

from streams import partitions
from streams.sequencing.murmur import partitions_of
from streams.sequencing.texts import texts_of


@given(st.lists(st.binary(max_size=70)), st.integers(1, 1000))
def test_keys_belong_to_the_partitions_that_kafka_gives_them(
    keys: list[bytes], n_partitions: int
) -> None:
    plain = [partitions.partition_of(key, n_partitions) for key in keys]
    assert partitions_of(texts_of(keys), n_partitions).tolist() == plain
