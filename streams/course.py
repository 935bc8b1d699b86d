"""What a trainer is made for: the one place where the core's features meet the learner."""

from detectors.learning.trainer import Course
from detectors.score import FEATURES, rules
from detectors.settings import CoreSettings


def course(settings: CoreSettings, n_partitions: int) -> Course:
    """Give a trainer's course: partitions, horizon, features and expert rules."""
    tiers = settings.value.tiers
    return Course(
        n_partitions=n_partitions,
        horizon_days=settings.churn.horizon_days,
        names=tuple(feature.name for feature in FEATURES),
        rules=rules(settings.churn.cold_start_rate),
        cuts=tiers.cuts,
        customers_min=tiers.customers_min,
    )
