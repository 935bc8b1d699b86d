"""Settings: who wins over whom, and what a wrong one is told."""

from pathlib import Path

import pytest

from detectors.errors import SettingsError
from streams.settings import accounted, load, secrets

PRESET: dict[str, object] = {"churn.silence_days": 28, "churn.prior_rate": 0.2}


def test_a_person_wins_over_the_environment_the_file_and_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "ebbwatch.toml"
    file.write_text("[churn]\nsilence_days = 40\nactive_days = 40\n[desk.budgets]\nAda = 3\n")
    monkeypatch.setenv("EBBWATCH_CHURN__ACTIVE_DAYS", "50")
    settings = load(["churn.silence_days=60"], file, PRESET)
    assert settings.churn.silence_days == 60
    assert settings.churn.active_days == 50
    assert settings.churn.prior_rate == 0.2
    assert settings.desk.budget("Ada") == 3


def test_settings_written_as_json_are_read_back_the_same(tmp_path: Path) -> None:
    settings = load(["desk.open_tasks_max=7"], preset=PRESET)
    file = tmp_path / "settings.json"
    file.write_text(settings.model_dump_json())
    assert load((), file) == settings
    assert load((), file).settings_id == settings.settings_id


def test_what_changes_no_result_changes_no_settings_id() -> None:
    assert load(["worker.health_port=9"]).settings_id == load().settings_id
    assert load(["bands.watch=0.2"]).settings_id != load().settings_id


@pytest.mark.parametrize(
    ("one", "told"),
    [
        pytest.param("churn.silense_days=3", "churn.silense_days", id="unknown key"),
        pytest.param("bands.watch=x", "bands.watch", id="not a number"),
        pytest.param("bands.watch=0.9", "bands", id="bands out of order"),
        pytest.param("churn.silence_days", "key=value", id="no value"),
    ],
)
def test_a_wrong_setting_is_named(one: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        load([one])


def test_a_settings_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        load((), tmp_path / "nowhere.toml")


CHANGE = ("change.author=Kim", "change.reason=too many", "change.backtest=out/7")


def test_a_change_names_author_reason_measure_and_backtest() -> None:
    settings = load([*CHANGE, "change.measure=retention rate"])
    assert settings.change.accounted
    with pytest.raises(SettingsError, match="author, reason, measure and backtest"):
        load(CHANGE)
    with pytest.raises(SettingsError, match="no such measure"):
        load([*CHANGE, "change.measure=happiness"])


def test_where_it_is_required_nothing_starts_with_settings_that_nobody_accounts_for() -> None:
    accounted(load(["change.required=true"]))
    with pytest.raises(SettingsError, match=r"change\.required"):
        accounted(load(["change.required=true", "bands.watch=0.2"]))
    told = [*CHANGE, "change.measure=churn rate", "change.required=true", "bands.watch=0.2"]
    accounted(load(told))


def test_goals_are_of_measures_and_change_no_result() -> None:
    assert load(['goals={"retention rate": 0.9}']).settings_id == load().settings_id
    with pytest.raises(SettingsError, match="happiness"):
        load(['goals={"happiness": 1}'])


def test_the_industry_gives_the_rate_to_begin_with() -> None:
    churn = load(["churn.industry=machinery", "churn.label=churned"]).churn
    assert round(churn.cold_start_rate, 3) == 0.016
    assert load().churn.cold_start_rate == load().churn.prior_rate


def test_a_setting_by_what_nobody_may_be_judged_by_is_refused_with_the_reason() -> None:
    with pytest.raises(SettingsError) as caught:
        load(("churn.religion=1",), None, {})
    assert "churn.religion: religion is never read" in str(caught.value)


def test_secrets_go_from_process_to_process_by_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = load(["courier.webhook.secret=hush", "courier.mail.password=sesame"])
    file = tmp_path / "settings.json"
    file.write_text(given.model_dump_json())
    assert not {"hush", "sesame"} & set(file.read_text().split('"'))
    for name, value in secrets(given).items():
        monkeypatch.setenv(name, value)
    read = load((), file)
    assert read == given
    assert read.courier.webhook.secret is not None
    assert read.courier.webhook.secret.get_secret_value() == "hush"


def test_a_secret_that_is_wrong_is_not_said() -> None:
    with pytest.raises(SettingsError) as failed:
        load(["courier.webhook.secret=271828"])
    assert "courier.webhook.secret" in str(failed.value)
    assert "271828" not in str(failed.value)


def test_the_courier_changes_no_result() -> None:
    assert load(['courier.people={"kim": {"mail": "kim@example.org"}}']).settings_id == (
        load().settings_id
    )
