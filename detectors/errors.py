"""The errors of ebbwatch: callers act on type and fields, never on message text."""

from pathlib import Path


class EbbwatchError(Exception):
    """Head of the tree: whatever ebbwatch itself finds wrong."""


class ContractError(EbbwatchError):
    """An event is malformed. It becomes a dead letter, is counted, and the rest goes on."""


class SettingsError(EbbwatchError):
    """A setting is wrong. The worker refuses to start and names the key; a person changes it."""


class FormatError(EbbwatchError):
    """A record or row is of no known format. The worker stops; a guess would be worse."""


class BoardError(EbbwatchError):
    """Redis did not answer. The desk tries again, then the worker stops."""


class DeliveryError(EbbwatchError):
    """A channel failed to deliver. The courier acts on `retryable` and `cause`."""

    def __init__(self, message: str, *, cause: str, retryable: bool) -> None:
        super().__init__(message)
        self.cause = cause
        self.retryable = retryable


class EmbeddedError(EbbwatchError):
    """A server we run as a child process failed. A person acts on `remedy` and reads `log`."""

    def __init__(self, message: str, *, remedy: str, log: Path | None = None) -> None:
        super().__init__(f"{message}\n{remedy}")
        self.remedy = remedy
        self.log = log
