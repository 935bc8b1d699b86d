"""Tests that no record stops the intake, whatever is in it."""

import json

from hypothesis import given
from hypothesis import strategies as st

from streams.events.catalogue import types_on
from streams.events.decode import decode
from streams.events.examples import example
from streams.events.refusals import Refused
from streams.topics import INPUTS


@given(
    topic=st.sampled_from(INPUTS),
    key=st.none() | st.binary(max_size=8),
    value=st.none() | st.binary(max_size=200),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["content-type", "ce_type", "ce_id", "ce_time", "x"]),
            st.none() | st.binary(max_size=20) | st.just(b"application/json"),
        ),
        max_size=4,
    ),
)
def test_no_bytes_whatever_make_it_raise(
    topic: str,
    key: bytes | None,
    value: bytes | None,
    headers: list[tuple[str, bytes | None]],
) -> None:
    assert isinstance(decode(topic, key, value, headers), Refused)


@given(st.data())
def test_no_damage_to_a_good_event_makes_it_raise(data: st.DataObject) -> None:
    topic = data.draw(st.sampled_from(INPUTS))
    known = data.draw(st.sampled_from(types_on(topic)))
    value = bytearray(json.dumps(example(known)).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        value[data.draw(st.integers(0, len(value) - 1))] = data.draw(st.integers(0, 255))
    decode(topic, None, bytes(value))
