"""The parts of a customer's row: the ledger's own, what belongs to nobody's signs, each family."""

from detectors import account, bands, causes, churn, stages
from detectors.families import FAMILIES, RARE
from detectors.ledger import OWN
from detectors.rows import Layout

LAYOUT = Layout(
    (
        ("ledger", OWN),
        ("bands", bands.COLUMNS),
        ("churn", churn.COLUMNS),
        ("causes", causes.COLUMNS),
        ("stages", stages.COLUMNS),
        ("account", account.COLUMNS),
        *((name, family.COLUMNS) for name, family in FAMILIES.items()),
    ),
    rare=frozenset(RARE),
)
