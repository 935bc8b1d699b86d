"""What the kernel says of a process: CPU seconds, user and system, and memory."""

import os
from contextlib import suppress
from pathlib import Path

PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Give the CPU seconds that a process has used, all its threads together."""
    # The name stands in brackets and may hold spaces; user and system time are fields 14 and 15.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / PER_SECOND


def memory_bytes(pid: int | None = None) -> int:
    """Give the memory that a process holds now (resident), ours if none is named."""
    return _told(pid or "self", "VmRSS")


def forget_peak() -> None:
    """Let `peak_bytes` count anew from here, where the kernel allows it."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_bytes(pid: int | None = None) -> int:
    """Give the most memory that a process has held at a time (resident), ours if none is named."""
    return _told(pid or "self", "VmHWM")


def _told(process: int | str, name: str) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0  # it has ended, and waits to be asked for its code
