"""All settings, from a file, the environment and the command line. The one reader of both.

A person's `--set` wins over the environment (`EBBWATCH_CHURN__SILENCE_DAYS=60`), that over the
file (`ebbwatch.toml`), that over what a data set brings along. Each part's settings stand
beside what they set; here they are only put together.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    JsonConfigSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from alerts.address_book import CourierSettings
from alerts.console.settings import ConsoleSettings
from alerts.settings import DeskSettings
from detectors.bands import BandSettings
from detectors.churn import ChurnSettings
from detectors.complaint_settings import ComplaintSettings
from detectors.errors import SettingsError
from detectors.learning.settings import LearningSettings
from detectors.settings import AssessmentSettings, CareSettings, CoreSettings
from detectors.worth import ValueSettings
from streams.report.change import ChangeSettings
from streams.report.measures import MEASURES
from streams.sequencer import IntakeSettings
from streams.sources.denied import refusal
from streams.topics import TopicSettings

FILE = Path("ebbwatch.toml")
DECIDING = (
    "churn", "bands", "value", "assessment", "care", "complaints", "learning", "desk", "intake",
)  # fmt: skip


class WorkerTuning(BaseModel):
    """How workers run; none of it changes a result."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    instance: str | None = None  # pod or host name, where restarts should move no partition
    session_timeout_s: float = Field(45.0, gt=0)  # what a killed worker's partitions wait for
    flush_interval_s: float = Field(1.0, gt=0)  # a busy customer's row is written once in it
    pulse_interval_s: float = Field(0.05, gt=0)  # how late a tick or a model may be
    max_poll_records: int = Field(4_000, gt=0)  # measured best
    health_host: str = "127.0.0.1"  # metrics name customers' numbers nowhere, but ask first
    health_port: NonNegativeInt = 0  # 0: a free one, which the log names


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="EBBWATCH_", env_nested_delimiter="__", frozen=True, extra="forbid"
    )

    churn: ChurnSettings = ChurnSettings()
    bands: BandSettings = BandSettings()
    value: ValueSettings = ValueSettings()
    assessment: AssessmentSettings = AssessmentSettings()
    care: CareSettings = CareSettings()
    complaints: ComplaintSettings = ComplaintSettings()
    learning: LearningSettings = LearningSettings()
    desk: DeskSettings = DeskSettings()
    courier: CourierSettings = CourierSettings()
    intake: IntakeSettings = IntakeSettings()
    topics: TopicSettings = TopicSettings()
    worker: WorkerTuning = WorkerTuning()
    console: ConsoleSettings = ConsoleSettings()
    change: ChangeSettings = ChangeSettings()
    goals: Mapping[str, float] = {}  # measure -> what it is to reach; never enters the risk

    @field_validator("goals")
    @classmethod
    def _are_measures(cls, goals: Mapping[str, float]) -> Mapping[str, float]:
        for name in goals:
            if name not in MEASURES:
                raise ValueError(f"no measure {name!r}; there are {', '.join(MEASURES)}")
        return goals

    @property
    def settings_id(self) -> str:
        """Name everything that can change a result: eight hexadecimal digits."""
        text = self.model_dump_json(include=set(DECIDING))
        return blake2b(text.encode(), digest_size=4).hexdigest()

    @property
    def core(self) -> CoreSettings:
        """The core's part."""
        return CoreSettings(
            churn=self.churn,
            bands=self.bands,
            value=self.value,
            assessment=self.assessment,
            care=self.care,
            complaints=self.complaints,
            settings_id=self.settings_id,
        )


def load(
    sets: Sequence[str] = (),
    file: Path | None = None,
    preset: Mapping[str, object] | None = None,
) -> Settings:
    """Read the settings.

    Parameters
    ----------
    sets : ``key=value`` with dotted keys, as in ``churn.silence_days=60``; values are JSON
        or plain text
    file : TOML; must exist if given, else `ebbwatch.toml` is read where it exists
    preset : dotted key to value, what a data set brings along

    Raises
    ------
    SettingsError
        Naming the key and what is wrong with it.
    """
    if file is not None and not file.exists():
        raise SettingsError(f"settings file {file} does not exist")
    given = _nested(dict(_split(one) for one in sets))
    brought = _nested(dict(preset or {}))

    class Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del dotenv_settings, file_secret_settings
            read = _file_source(settings_cls, file or FILE)
            last = InitSettingsSource(settings_cls, brought)
            return init_settings, env_settings, read, last

    try:
        layered = Layered(**given)
    except ValidationError as error:
        raise SettingsError(_told(error)) from error
    return Settings.model_construct(
        **{name: getattr(layered, name) for name in Settings.model_fields}
    )


def secrets(settings: BaseModel, prefix: str = "EBBWATCH_") -> dict[str, str]:
    """Give the secrets as the environment of a process that is to have the same settings.

    They stand in no file that a running system writes.
    """
    found: dict[str, str] = {}
    for name in type(settings).model_fields:
        match getattr(settings, name):
            case BaseModel() as part:
                found |= secrets(part, f"{prefix}{name.upper()}__")
            case SecretStr() as secret:
                found[f"{prefix}{name.upper()}"] = secret.get_secret_value()
    return found


def accounted(settings: Settings) -> Settings:
    """Give settings back, unless nobody accounts for them where `change.required` asks for it.

    Raises
    ------
    SettingsError
        If they differ from the defaults and `change` is empty.
    """
    changed = settings.settings_id != Settings.model_construct().settings_id
    if settings.change.required and changed and not settings.change.accounted:
        raise SettingsError(
            "change: deciding settings differ from the defaults, and change.required asks for"
            " change.author, .reason, .measure and .backtest"
        )
    return settings


def _file_source(settings: type[BaseSettings], file: Path) -> PydanticBaseSettingsSource:
    if file.suffix == ".json":
        return JsonConfigSettingsSource(settings, file)
    return TomlConfigSettingsSource(settings, file)


def _split(one: str) -> tuple[str, object]:
    key, separator, text = one.partition("=")
    if not separator:
        raise SettingsError(f"--set {one}: write key=value, as in churn.silence_days=60")
    try:
        return key.strip(), json.loads(text)
    except json.JSONDecodeError:
        return key.strip(), text


def _nested(flat: Mapping[str, object]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, value in flat.items():
        at = nested
        *heads, last = key.split(".")
        for head in heads:
            at = at.setdefault(head, {})
        at[last] = value
    return nested


def _told(error: ValidationError) -> str:
    lines = []
    for one in error.errors():
        key = ".".join(map(str, one["loc"]))
        if one["type"] == "extra_forbidden":
            why = refusal(str(one["loc"][-1])) or "there is no such setting"
            lines.append(f"{key}: {why}; `ebbwatch settings` lists all")
        else:
            was = "" if "secret" in key or "password" in key else f", was {one['input']!r}"
            lines.append(f"{key}: {one['msg']}{was}")
    return "\n".join(lines)
