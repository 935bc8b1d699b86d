"""Who is shown whom is written down before it is shown, or it is not shown."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiokafka.admin import NewTopic

from alerts.console.views import read
from detectors.errors import FormatError
from streams import topics_apply
from streams.console.views import ViewLog
from streams.counts import Counts
from streams.embedded import KafkaServer
from streams.topics import VIEWS
from streams.writer import Writer
from tests.alerts.desks import a_tick, an_alert
from tests.streams.console.conftest import House


async def test_every_view_says_who_what_when_and_why(house: House) -> None:
    task = (await house.hear(an_alert("views-ada"), a_tick(1))).task("views-ada")
    await house.says("views-ada", "kim")
    kim, nora = await house.come_in("Kim"), await house.come_in("Nora")
    await kim.get("/tasks")
    await kim.get(f"/tasks/{task.id}?from=queue")
    await nora.get("/customer?id=views-ada&from=search")
    await nora.get("/customer?id=views-ada&from=whatever+I+like")
    found = sorted(await house.views("views-ada"), key=lambda view: view.at)
    assert [(view.who, view.job, view.what, view.why, view.task_id) for view in found] == [
        ("Kim", "manager", "queue", "queue", task.id),
        ("Kim", "manager", "task", "queue", task.id),
        ("Nora", "lead", "customer", "search", None),
        ("Nora", "lead", "customer", "link", None),
    ]


async def test_a_page_without_customers_leaves_no_view(house: House) -> None:
    kim = await house.come_in("Kim")
    assert (await kim.get("/tasks")).status == 200
    assert house.parts.counts.views.total() == 0


@pytest.fixture(scope="module")
async def gone(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Writer]:
    """Give a writer to a Kafka that was there and is no more."""
    server = KafkaServer(tmp_path_factory.mktemp("gone"), keep=False)
    await asyncio.to_thread(server.start)
    async with topics_apply.connected(server.address) as admin:
        await admin.create_topics([NewTopic(VIEWS, 1, 1)])
    writer = Writer(server.address, Counts(), timeout_s=60.0)
    await writer.start()
    await writer.partitions(VIEWS)
    await asyncio.to_thread(server.kill)
    yield writer
    await asyncio.to_thread(server.start)  # a producer goes when all is written
    await writer.stop()
    await asyncio.to_thread(server.close)


@pytest.mark.parametrize("path", ["/tasks", "/tasks/{task}", "/customer?id=zoe", "/customers"])
async def test_what_cannot_be_written_down_is_not_shown(
    house: House, gone: Writer, path: str
) -> None:
    task = (await house.hear(an_alert("zoe"), a_tick(1))).task("zoe")
    await house.says("zoe", "kim")
    await house.says("zoe-to-watch", "kim")
    kim = await house.come_in("Kim")
    house.parts.__dict__["views"] = ViewLog(gone, house.parts.counts, 0.2)
    response = await kim.get(path.format(task=task.id))
    assert response.status == 503
    assert "nothing is shown" in kim.last
    assert "zoe" not in kim.last.replace("id%3Dzoe", "")


def test_a_record_that_is_no_view_is_named() -> None:
    with pytest.raises(FormatError, match=r"churn.views\[0\]@3"):
        read(b"{}", "churn.views[0]@3")
