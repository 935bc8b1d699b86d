"""The roles by name: how each is put together from the settings. The one place of wiring."""

from collections.abc import Callable

from alerts import playbooks
from alerts.redis_board import RedisBoard
from streams import topics_apply
from streams.embedded import Endpoints
from streams.metrics import Done, page_of
from streams.role import Role
from streams.settings import Settings
from streams.worker import run
from streams.worker_settings import WorkerSettings

# A role, and what it counts. Each is imported where it is built: what the trainer and the console
# need takes longer to import than all the rest, and no other role needs it.
Build = Callable[[Settings, Endpoints], tuple[Role, Done]]


def _intake(settings: Settings, endpoints: Endpoints) -> tuple[Role, Done]:
    from streams.intake import Intake

    n_partitions = settings.topics.partitions
    role = Intake(endpoints.bootstrap_servers, settings.intake, n_partitions)
    return role, role.done


def _scorer(settings: Settings, endpoints: Endpoints) -> tuple[Role, Done]:
    from streams.scorer import Scorer

    role = Scorer(endpoints.bootstrap_servers, settings.core)
    return role, role.done


def _trainer(settings: Settings, endpoints: Endpoints) -> tuple[Role, Done]:
    from streams.trainer_worker import TrainerWorker

    role = TrainerWorker(endpoints.bootstrap_servers, settings.core, settings.learning)
    return role, role.done


def _desk(settings: Settings, endpoints: Endpoints) -> tuple[Role, Done]:
    from streams.desk_worker import DeskWorker

    board = RedisBoard.connect(endpoints.redis_url, settings.topics.desk_partitions)
    role = DeskWorker(endpoints.bootstrap_servers, board, settings.desk, playbooks.shipped())
    return role, role.done


def _console(settings: Settings, endpoints: Endpoints) -> tuple[Role, Done]:
    from alerts.console.redis_courses import Courses
    from alerts.console.redis_doors import Doors
    from streams.console_worker import ConsoleWorker

    url = endpoints.redis_url
    role = ConsoleWorker(
        endpoints.bootstrap_servers,
        settings,
        RedisBoard.connect(url, settings.topics.desk_partitions),
        Doors.connect(url),
        Courses.connect(url, settings.desk.tiers, n_risks=settings.console.n_risks),
    )
    return role, role.done


ROLES: dict[str, Build] = {
    "intake": _intake,
    "scorer": _scorer,
    "trainer": _trainer,
    "desk": _desk,
    "console": _console,
}


def run_role(name: str, settings: Settings, endpoints: Endpoints) -> int:
    """Run a role until a signal; gives the process's exit code."""
    if name == "courier":  # it reads no topic
        from streams.courier_worker import run_courier

        return run_courier(settings, endpoints)
    role, done = ROLES[name](settings, endpoints)
    tuning = settings.worker
    worker = WorkerSettings(
        bootstrap_servers=endpoints.bootstrap_servers,
        instance=tuning.instance,
        session_timeout_s=tuning.session_timeout_s,
        heartbeat_interval_s=min(3.0, tuning.session_timeout_s / 4),
        flush_interval_s=tuning.flush_interval_s,
        pulse_interval_s=tuning.pulse_interval_s,
        max_poll_records=tuning.max_poll_records,
        health_host=tuning.health_host,
        health_port=tuning.health_port,
    )

    async def check() -> None:
        async with topics_apply.connected(endpoints.bootstrap_servers) as admin:
            await topics_apply.check(admin, settings.topics)

    return run(role, worker, check=check, metrics=page_of(done))
