"""Running the peers: which there are, and what each spent on the events of a topic."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import msgspec

from detectors.errors import EbbwatchError
from streams.bench.ground import Ends, Place
from streams.bench.peers.asked import Asked
from streams.bench.spent import Spent
from streams.embedded.environment import child_environment
from streams.topics import INTERACTIONS

DONE_WITHIN_S = 1_800.0
MISSING = "{} is not installed, so there is no figure of it: pip install 'ebbwatch[bench]'"


@dataclass(frozen=True)
class Peer:
    """A peer: its name for people, its module, and the package it needs."""

    name: str
    module: str
    needs: str

    @property
    def here(self) -> bool:
        """Say whether its package is installed."""
        # Faust, once imported, has no spec to be found.
        return self.needs in sys.modules or find_spec(self.needs) is not None


BARE = Peer("bare loop", "streams.bench.peers.bare", "aiokafka")
# So slow that they are given some of the events only.
SLOW = (
    Peer("stock Faust", "streams.bench.peers.stock_faust", "faust"),
    Peer("Quix", "streams.bench.peers.quix", "quixstreams"),
    Peer("River loop", "streams.bench.peers.river_loop", "river"),
)


def notes(peers: Sequence[Peer] = SLOW) -> tuple[str, ...]:
    """Say which peers are left out and what to do about it."""
    return tuple(MISSING.format(peer.needs) for peer in peers if not peer.here)


def run_peer(peer: Peer, place: Place, n_records: int, starts: Ends) -> Spent:
    """Run a peer over so many records of the topics named in `starts`, from there on.

    Raises
    ------
    EbbwatchError
        If it ended otherwise than by being done.
    """
    with tempfile.TemporaryDirectory(dir=place.state) as folder:
        of = Asked(
            bootstrap_servers=place.servers,
            n_records=n_records,
            n_partitions=place.n_partitions,
            starts=tuple(
                (topic, number, offset)
                for topic, offsets in starts.items()
                for number, offset in enumerate(offsets)
            ),
            folder=folder,
        )
        done = subprocess.run(
            [sys.executable, "-m", peer.module, msgspec.json.encode(of).decode()],
            env=child_environment(),
            capture_output=True,
            text=True,
            timeout=DONE_WITHIN_S,
            check=False,
        )
    if done.returncode:
        raise EbbwatchError(f"{peer.name} ended with {done.returncode}: {done.stderr[-2000:]}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Spent)


def run_slow(
    place: Place, n_records: int, starts: Ends, told: Callable[[str], None]
) -> dict[str, Spent]:
    """Run every slow peer that is installed over the first records of one topic."""
    found: dict[str, Spent] = {}
    for peer in SLOW:
        if peer.here and n_records:
            told(peer.name)
            found[peer.name] = run_peer(
                peer, place, n_records, {INTERACTIONS: starts[INTERACTIONS]}
            )
    return found
