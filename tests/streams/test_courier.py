"""The courier between a real store and real servers that refuse, fail, and come back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from alerts.outbox import Ending, notices
from alerts.task import Task
from tests.alerts.channels.receivers import HANG, post_office, receiving
from tests.alerts.desks import Played, a_tick, an_alert, close, failed_payment, note, reassign
from tests.streams.deliveries import Ground, ground, web


@pytest_asyncio.fixture
async def here(redis_url: str) -> AsyncIterator[Ground]:
    async with ground(redis_url) as made:
        yield made


def some(*customers: str) -> Played:
    return Played().hear(*(an_alert(one, cause="event") for one in customers))


def ids(played: Played) -> set[str]:
    return {one.id for task in played.tasks.values() for one in notices(task)}


async def test_each_task_is_told_once_with_its_own_key(here: Ground) -> None:
    played = some("ada", "bob", "cid")
    await here.keep(played)
    async with receiving() as kim:
        courier = here.courier(**web(kim.url))
        assert await courier.once() == 3
        assert set(kim.ids) == ids(played)
        assert await courier.once() == 0
    assert len(kim.got) == 3
    assert courier.done.endings == {("webhook", "delivered"): 3}
    assert courier.done.backlog.n_waiting == 0


async def test_a_server_that_fails_and_comes_back_gets_the_same_key_again(here: Ground) -> None:
    await here.keep(some("ada"))
    async with receiving(500, 429, HANG, 200) as kim:
        courier = here.courier(**web(kim.url), tries_max=4)
        await courier.once()
    assert len(kim.got) == 4
    assert len(set(kim.ids)) == 1
    assert len({body for _, body in kim.got}) == 1
    assert courier.done.endings == {("webhook", "delivered"): 1}


async def test_a_refusal_is_dead_until_somebody_has_it_tried_again(here: Ground) -> None:
    played = some("ada")
    await here.keep(played)
    async with receiving(404) as kim:
        courier = here.courier(**web(kim.url))
        await courier.once()
        (dead,) = await here.dead()
        assert (dead.ending, dead.person, dead.cause) == (Ending.REFUSED, "kim", "http_404")
        assert courier.done.backlog.n_dead == 1
        assert await courier.once() == 0
        assert await here.outbox.again() == 1
        await courier.once()
    assert len(kim.got) == 2
    assert len(set(kim.ids)) == 1
    assert await here.dead() == []
    (told,) = await here.outbox.told_of(played.task().id)
    assert (told.ending, told.channel) == (Ending.DELIVERED, "webhook")


async def test_what_fails_for_too_long_is_given_up(here: Ground) -> None:
    await here.keep(some("ada"))
    async with receiving(*[503] * 6) as kim:
        courier = here.courier(**web(kim.url), tries_max=2, rounds_max=3, first_pause_s=0.01)
        async with asyncio.timeout(10):
            while not await here.dead():
                await courier.once()
        (dead,) = await here.dead()
    assert (dead.ending, dead.cause, dead.rounds) == (Ending.GAVE_UP, "http_503", 2)
    assert len(kim.got) == 6
    assert courier.done.tries == {"webhook": 6}
    assert courier.done.put_off == {"webhook": 2}


async def test_what_is_put_off_counts_as_late_from_its_beginning(here: Ground) -> None:
    await here.keep(some("ada"))
    async with receiving(503) as kim:
        courier = here.courier(**web(kim.url), tries_max=1, first_pause_s=60.0)
        await courier.once()
        await asyncio.sleep(0.05)
        backlog = await here.outbox.backlog()
    assert backlog.n_waiting == 1
    assert 0.05 <= backlog.oldest_s < 30.0
    (waiting,) = await here.outbox.waiting(10)
    assert (waiting.ending, waiting.rounds, waiting.cause) == (Ending.WAITING, 1, "http_503")


async def test_the_second_channel_brings_what_the_first_cannot(here: Ground) -> None:
    played = Played().hear(an_alert(cause="event", urgent=True))
    await here.keep(played)
    async with receiving(404) as kim, post_office() as office:
        courier = here.courier(
            people={"kim": {"webhook": kim.url, "mail": "kim@example.org"}},
            mail={"host": "127.0.0.1", "port": office.port, "tls": "none"},
        )
        await courier.once()
    assert len(kim.got) == 1
    (letter,) = office.letters
    assert letter["Message-ID"] == f"<{kim.ids[0]}@localhost>"
    assert letter["Subject"].startswith("Urgent: New task")
    assert courier.done.endings == {("mail", "delivered"): 1}


async def test_a_letter_is_in_the_managers_language(here: Ground) -> None:
    await here.keep(some("ada"))
    async with post_office() as office:
        courier = here.courier(
            people={"kim": {"mail": "kim@example.org", "language": "zh"}},
            mail={"host": "127.0.0.1", "port": office.port, "tls": "none"},
        )
        await courier.once()
    assert office.letters[0]["Subject"].startswith("新任务")


async def test_who_has_no_address_is_named_and_told_once_there_is_one(here: Ground) -> None:
    await here.keep(some("ada"))
    async with receiving() as kim:
        courier = here.courier(people={"lee": {"webhook": kim.url}})
        await courier.once()
        assert courier.done.unreached == {"kim"}
        (dead,) = await here.dead()
        assert (dead.ending, dead.person) == (Ending.NO_ADDRESS, "kim")
        await here.outbox.again()
        await here.courier(**web(kim.url)).once()
    assert len(kim.got) == 1


async def test_a_task_that_ends_before_its_turn_is_not_told(here: Ground) -> None:
    played = some("ada")
    played.hear(close(played.task(), 0.6))
    await here.keep(played)
    async with receiving() as kim:
        courier = here.courier(**web(kim.url))
        assert await courier.once() == 0
    assert kim.got == []
    assert (await here.outbox.backlog()).n_waiting == 0


async def test_of_two_occasions_only_the_newer_is_told(here: Ground) -> None:
    played = some("ada")
    played.hear(reassign(played.task(), 0.6, "lee"))
    await here.keep(played)
    async with receiving() as kim, receiving() as lee:
        courier = here.courier(people={"kim": {"webhook": kim.url}, "lee": {"webhook": lee.url}})
        assert await courier.once() == 2
    assert (len(kim.got), len(lee.got)) == (0, 1)
    assert courier.done.endings == {("none", "over"): 1, ("webhook", "delivered"): 1}


async def test_what_is_urgent_goes_first(here: Ground) -> None:
    played = some("ada", "bob").hear(an_alert("cid", cause="event", urgent=True))
    await here.keep(played)
    async with receiving() as kim:
        await here.courier(**web(kim.url), at_once_max=1).once()
    first = msgspec.json.decode(kim.got[0][1])
    assert first["task"]["customer"] == "cid"


async def test_couriers_share_the_work_and_none_is_done_twice(here: Ground) -> None:
    played = some(*(f"customer-{n}" for n in range(40)))
    other = Played().hear(*(an_alert(f"other-{n}", cause="event") for n in range(40)))
    await here.keep(played)
    await here.keep(other, desk=1)
    async with receiving() as kim:
        couriers = [here.courier(**web(kim.url), at_once_max=3) for _ in range(3)]
        done = await asyncio.gather(*(courier.once() for courier in couriers))
    n_tasks = len(played.tasks) + len(other.tasks)
    assert sum(done) == n_tasks == len(kim.got) == len(set(kim.ids))
    assert all(n > 0 for n in done)


async def test_what_a_courier_had_taken_and_not_done_another_does(here: Ground) -> None:
    played = some("ada", "bob")
    await here.keep(played)
    taken = await here.outbox.claim(0, 10, lease_s=0.2)
    assert len(taken) == 2
    async with receiving() as kim:
        courier = here.courier(**web(kim.url))
        assert await courier.once() == 0
        await asyncio.sleep(0.25)
        assert await courier.once() == 2
        assert set(kim.ids) == ids(played)
        # The slow one wakes up: what is delivered stays delivered.
        for claimed in taken:
            dead = msgspec.structs.replace(claimed.told, ending=Ending.REFUSED)
            await here.outbox.settle(claimed, dead)
            await here.outbox.postpone(claimed, claimed.told, 0.0, late=True)
    assert await here.dead() == []
    assert (await here.outbox.backlog()).n_waiting == 0


async def test_a_repeated_step_of_the_desk_tells_nothing_again(here: Ground) -> None:
    played = some("ada")
    await here.keep(played)
    async with receiving() as kim:
        courier = here.courier(**web(kim.url))
        await courier.once()
        assert not await here.board.write(0, -1, 0, played.outcomes[0].changes)
        await courier.once()
    assert len(kim.got) == 1


async def test_of_a_task_that_is_over_nobody_has_to_see_to_anything(here: Ground) -> None:
    played = some("ada")
    await here.keep(played)
    await here.courier(people={"lee": {}}).once()
    assert len(await here.dead()) == 1
    played.hear(close(played.task(), 1.0))
    await here.keep(played)
    assert await here.dead() == []
    (told,) = await here.outbox.told_of(played.task().id)
    assert told.ending is Ending.NO_ADDRESS


async def test_what_the_desk_writes_later_leaves_what_was_told_as_it_was(here: Ground) -> None:
    played = some("ada")
    await here.keep(played)
    async with receiving() as kim:
        courier = here.courier(**web(kim.url))
        await courier.once()
        played.hear(note(played.task(), 0.7, "called"))
        await here.keep(played)
        assert await courier.once() == 0
    (told,) = await here.outbox.told_of(played.task().id)
    assert (told.ending, told.person) == (Ending.DELIVERED, "kim")


async def test_a_lease_is_not_renewed_of_what_is_done(here: Ground) -> None:
    await here.keep(some("ada"))
    taken = await here.outbox.claim(0, 10, lease_s=5.0)
    done = msgspec.structs.replace(taken[0].told, ending=Ending.DELIVERED)
    await here.outbox.settle(taken[0], done)
    await here.outbox.renew(taken, 5.0)
    assert (await here.outbox.backlog()).n_waiting == 0


async def test_a_forgotten_task_leaves_nothing_behind(here: Ground) -> None:
    played = Played(finished_kept_days=1.0).hear(an_alert(cause="event"))
    await here.keep(played)
    task = played.task()
    assert len(await here.outbox.told_of(task.id)) == 1
    played.hear(close(task, 1.0), a_tick(5))
    await here.keep(played)
    assert await here.board.task(task.id) is None
    assert (await here.outbox.backlog()).n_waiting == 0
    assert await here.outbox.told_of(task.id) == []


async def test_a_lease_is_kept_for_as_long_as_a_delivery_takes(here: Ground) -> None:
    await here.keep(some("ada"))
    async with receiving(HANG, HANG) as kim:
        told = web(kim.url) | {"lease_s": 0.15, "answer_s": 0.5, "tries_max": 3}
        delivering = asyncio.create_task(here.courier(**told).once())
        async with asyncio.timeout(5):
            while len(kim.got) < 2:
                await asyncio.sleep(0.01)
        assert await here.courier(**told).once() == 0
        assert await delivering == 1
    assert len(kim.got) == 3


class TestMessages:
    """A text for a customer: by the company's machine, and back to the desk."""

    async def test_it_is_sent_and_said_to_the_desk(self, here: Ground) -> None:
        played = Played().hear(failed_payment(tier="base"))
        await here.keep(played)
        async with receiving() as machine:
            courier = here.courier(automation={"url": machine.url, "secret": "s"})
            await courier.once()
        ((_, body),) = machine.got
        assert msgspec.json.decode(body)["customer"] == "ada"
        assert [task.id for task in here.reported] == [played.task().id]
        assert courier.done.endings == {("automation", "delivered"): 1}

    async def test_what_waits_for_the_morning_is_not_late(self, here: Ground) -> None:
        await here.keep(Played().hear(failed_payment(tier="base")))
        night = {"quiet": {"from_hour": 9, "until_hour": 8}}  # the clock of the test says noon
        async with receiving() as machine:
            to: dict[str, Any] = {"automation": {"url": machine.url, "secret": "s"}}
            assert await here.courier(quiet=night, **to).once() == 1
            await asyncio.sleep(0.05)
            backlog = await here.outbox.backlog()
        assert (backlog.n_waiting, backlog.oldest_s, machine.got) == (1, 0.0, [])

    async def test_a_courier_that_could_not_say_so_does_it_again(self, here: Ground) -> None:
        await here.keep(Played().hear(failed_payment(tier="base")))

        async def no_kafka(task: Task) -> None:
            raise OSError(task.id)

        async with receiving() as machine:
            to: dict[str, Any] = {"automation": {"url": machine.url, "secret": "s"}, "lease_s": 0.2}
            with pytest.raises(OSError, match=r"\w{16}"):
                await here.courier(no_kafka, **to).once()
            assert here.reported == []
            assert (await here.outbox.backlog()).n_waiting == 1
            await asyncio.sleep(0.25)  # until its lease has run out
            await here.courier(**to).once()
        assert len(machine.got) == 2
        assert len(set(machine.ids)) == 1
        assert len(here.reported) == 1


async def test_without_anybody_to_reach_nothing_is_taken(here: Ground) -> None:
    await here.keep(some("ada"))
    courier, stop = here.courier(), asyncio.Event()
    assert not courier.on
    working = asyncio.create_task(courier.work(stop))
    await asyncio.sleep(0.1)
    stop.set()
    await working
    assert await courier.once() == 0
    assert (await here.outbox.backlog()).n_waiting == 1
    # Nobody asked for delivery, so nothing is late.
    assert courier.done.backlog.n_waiting == 0
    assert courier.alive()


async def test_a_courier_that_stops_finishes_what_it_has_begun(here: Ground) -> None:
    await here.keep(some("ada"))
    async with receiving(503) as kim:
        courier, stop = (
            here.courier(**web(kim.url), tries_max=2, first_wait_s=0.05),
            asyncio.Event(),
        )
        working = asyncio.create_task(courier.work(stop))
        async with asyncio.timeout(5):
            while not kim.got:
                await asyncio.sleep(0.01)
        stop.set()
        await working
    assert len(kim.got) == 2
    assert courier.done.endings == {("webhook", "delivered"): 1}
