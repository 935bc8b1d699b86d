"""What a demonstration says at its end, and when it calls itself complete."""

from dataclasses import replace

import msgspec
import pytest

from detectors.errors import EmbeddedError
from streams.demo import Report
from streams.scraped import counts, port_of

REPORT = Report(
    fed=1_000,
    events=990,
    withheld=10,
    own=5,
    purchases=400,
    customers=40,
    assessments=90,
    alerts=20,
    tasks={"open": 3},
    owners=2,
    examples=80,
    model_versions=4,
    dead_letters=0,
    seconds=10.0,
)


def test_all_that_was_fed_is_in_the_log_or_withheld() -> None:
    assert REPORT.complete
    assert not replace(REPORT, events=989).complete  # lost
    assert not replace(REPORT, events=991).complete  # doubled
    assert not replace(REPORT, dead_letters=1).complete


def test_what_was_withheld_is_said_if_anything_was() -> None:
    assert REPORT.told().startswith("990 of 1,000 events (10 withheld, no consent) of 40 customers")
    assert "withheld" not in replace(REPORT, events=1_000, withheld=0).told()
    assert msgspec.json.decode(REPORT.as_json())["withheld"] == 10


def test_figures_of_a_role_are_those_without_labels() -> None:
    page = (
        '# HELP a_total Of all.\n# TYPE a_total counter\na_total 3.0\nb_total{x="y"} 1.0\nc 2e-3\n'
    )
    assert counts(page) == {"a_total": 3.0, "c": 0.002}


def test_a_log_without_a_port_is_no_role_that_runs() -> None:
    with pytest.raises(EmbeddedError, match="no port"):
        port_of("level=info event=worker_ready role=churn-intake")
