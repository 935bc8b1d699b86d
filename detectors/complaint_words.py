"""A customer's complaints in words: the worst of what is so, for those who are to act on it."""

import math
from collections.abc import Iterator, Mapping

from detectors import plain
from detectors.arrays import DAY_MS
from detectors.complaint_places import ANALYSIS, BROKE, DISSATISFIED, MANAGEMENT, REOPENED
from detectors.complaint_places import UNREADABLE as UNREADABLE_MARK
from detectors.families.family import Telling, Words

OPEN, UNRESOLVED = "complaint.open", "complaint.unresolved"
UNTOLD = Words(
    en="A complaint was resolved, and the customer has not been told.",
    zh="投诉已解决，但尚未告知客户。",
)
UNREADABLE = Words(
    en=" The text is unreadable: open the original.", zh="投诉文本无法识别，请查看原文。"
)


def telling(own: plain.Own, value: Mapping[str, float], now_ms: int) -> Telling:
    """Say what stands worst: past its time, come back, waiting, resolved untold, or of late."""
    waiting = list(_waiting(own))
    late = [place for place in waiting if own.clocks[place] & (ANALYSIS | BROKE | MANAGEMENT)]
    back = [place for place in waiting if own.marks[place] & (REOPENED | DISSATISFIED)]
    if late:
        return _told(own, UNRESOLVED, late, _past_time(own, late, now_ms))
    if back:
        return _told(own, UNRESOLVED, back, _came_back(own, back, now_ms))
    if waiting:
        return _told(own, OPEN, waiting, _open(own, waiting, now_ms))
    untold = [place for place in _known(own) if own.resolved_ms[place] and not _heard(own, place)]
    if untold and value["complaints_open"] > 0:
        return _told(own, OPEN, untold, UNTOLD)
    if value["complaint_broken"] > 0:
        words = Words(
            en="A complaint was put right only after its time.", zh="投诉超时后才得到解决。"
        )
        return Telling(UNRESOLVED, words, own.counted_ms)
    count = math.expm1(value["complaints_90d_log"])
    words = Words(
        en=f"Complained lately ({count:.1f} for an ordinary customer); none is waiting.",
        zh=f"近期有过投诉（折合 {count:.1f} 件），目前均无待处理。",
    )
    return Telling(OPEN, words, own.counted_ms)


def _waiting(own: plain.Own) -> Iterator[int]:
    for place in _known(own):
        if not own.resolved_ms[place] and not _heard(own, place):
            yield place


def _known(own: plain.Own) -> list[int]:
    return [place for place, opened_s in enumerate(own.opened_s) if opened_s]


def _heard(own: plain.Own, place: int) -> bool:
    # Whether the customer knows that it is done.
    return bool(own.informed_ms[place] or own.rated_ms[place])


def _past_time(own: plain.Own, late: list[int], now_ms: int) -> Words:
    days = _days(own, late, now_ms)
    if any(own.clocks[place] & MANAGEMENT for place in late):
        return Words(
            en=f"A complaint has waited for {days:.1f} days, past the time of management too.",
            zh=f"投诉已等待 {days:.1f} 天，管理层也已超时。",
        )
    return Words(
        en=f"A complaint has waited for {days:.1f} days without cause and remedy, past its time.",
        zh=f"投诉已等待 {days:.1f} 天，仍未说明原因和解决办法，已超时。",
    )


def _came_back(own: plain.Own, back: list[int], now_ms: int) -> Words:
    days = _days(own, back, now_ms)
    return Words(
        en=f"A complaint came back {days:.1f} days ago: the customer says it is still wrong.",
        zh=f"{days:.1f} 天前客户再次反映：问题仍未解决。",
    )


def _open(own: plain.Own, waiting: list[int], now_ms: int) -> Words:
    days = _days(own, waiting, now_ms)
    return Words(
        en=f"Complaints open: {len(waiting)}, the oldest for {days:.1f} days.",
        zh=f"有 {len(waiting)} 件投诉未解决，最早的一件已 {days:.1f} 天。",
    )


def _days(own: plain.Own, places: list[int], now_ms: int) -> float:
    return max(now_ms - _began_ms(own, places), 0) / DAY_MS


def _began_ms(own: plain.Own, places: list[int]) -> int:
    return min(int(own.began_ms[place]) for place in places)


def _told(own: plain.Own, reason: str, places: list[int], words: Words) -> Telling:
    if any(own.marks[place] & UNREADABLE_MARK for place in places):
        words = Words(words.en + UNREADABLE.en, words.zh + UNREADABLE.zh)
    return Telling(reason, words, _began_ms(own, places))
