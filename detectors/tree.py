"""The tree of reasons: why customers leave. Stable names: code, metric label, playbook key."""

from typing import NamedTuple


class Branch(NamedTuple):
    """One reason, with its words. `prior` is a share of leavers where a source gives one."""

    zh: str
    prior: float | None = None


# Shares are priors of one list of sources and no facts; own exit data replace them.
REASONS: dict[str, Branch] = {
    "service.indifference": Branch("服务冷漠", 0.68),
    "service.slow": Branch("响应迟缓"),
    "service.delivery": Branch("交付问题"),
    "complaint.open": Branch("投诉处理中"),
    "complaint.unresolved": Branch("投诉未解决"),
    "product.quality": Branch("产品不满", 0.10),
    "product.fit": Branch("产品不匹配"),
    "competition.price": Branch("价格因素"),
    "competition.better": Branch("竞品更优", 0.09),
    "competition.recommended": Branch("他人推荐转换", 0.05),
    "competition.substitute": Branch("替代品"),
    "competition.entered": Branch("新竞争者进入"),
    "need.changed": Branch("需求变化", 0.04),
    "need.moved": Branch("客户搬迁", 0.03),
    "need.ended": Branch("自然终止", 0.01),
    "technology.migration": Branch("技术迁移"),
    "technology.digital_gap": Branch("数字化差距"),
    "change.repositioned": Branch("定位调整"),
    "change.line_ended": Branch("业务终止"),
    "change.policy": Branch("政策变化"),
    "change.threshold": Branch("门槛提高"),
    "relation.manager_left": Branch("客户经理离职"),
    "relation.poached": Branch("客户经理被挖角"),
    "relation.neglect": Branch("疏于联系"),
    "payment.failed": Branch("扣款失败"),
    "payment.strained": Branch("资金紧张"),
    "payment.disputed": Branch("账单争议"),
    "network.neighbour": Branch("上下游流失传导"),
    "decline.quiet": Branch("活跃下降"),
    "decline.spread": Branch("分散采购"),
    "decline.line_lost": Branch("品类流失"),
}
UNKNOWN = "unknown"
NUMBERS = {name: number for number, name in enumerate(REASONS, 1)}  # 0: not said, not known
GROUPS = tuple(dict.fromkeys(name.partition(".")[0] for name in REASONS))

# The three that everybody understands, and which groups they hold; the others keep their names.
SHORT = {
    "service": ("service", "complaint", "relation"),
    "does not meet the need": ("product", "need", "technology"),
    "competitive pressure": ("competition",),
}
SPREADS = "decline.spread"  # buys elsewhere as well: pressure, whatever the cause


def group(reason: str) -> str:
    """Give the group of a reason.

    Examples
    --------
    >>> group("need.moved"), group(UNKNOWN)
    ('need', 'unknown')
    """
    return reason.partition(".")[0]


def in_short(reason: str) -> str:
    """Give one of the three short reasons, or the group of one that is none of them.

    Examples
    --------
    >>> in_short("relation.neglect"), in_short("decline.spread"), in_short("payment.failed")
    ('service', 'competitive pressure', 'payment')
    """
    if reason == SPREADS:
        return "competitive pressure"
    own = group(reason)
    return next((name for name, groups in SHORT.items() if own in groups), own)


def named(number: int) -> str:
    """Give the reason of a number; 0 is unknown.

    Examples
    --------
    >>> named(NUMBERS["need.moved"]), named(0)
    ('need.moved', 'unknown')
    """
    return UNKNOWN if number == 0 else tuple(REASONS)[number - 1]
