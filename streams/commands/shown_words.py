"""The words in which tasks are shown, in English and Chinese."""

from collections.abc import Mapping

from alerts.contract import Words
from alerts.decision import Decision
from alerts.handling import Kind
from alerts.task import State

NOBODY = Words("(nobody)", "（无人）")
HEADS: Mapping[str, Words] = {
    "owner": Words("manager", "客户经理"),
    "live": Words("live", "进行中"),
    "urgent": Words("urgent", "紧急"),
    "snoozed": Words("snoozed", "已推迟"),
    "due": Words("due (UTC)", "截止 (UTC)"),
    "band": Words("band", "等级"),
    "customer": Words("customer", "客户"),
    "risk": Words("risk", "风险"),
    "at_risk": Words("value at risk", "风险价值"),
    "why": Words("why", "原因"),
    "what": Words("what to do", "要做什么"),
    "state": Words("state", "状态"),
    "task": Words("task", "任务"),
    "steps": Words("steps", "步骤"),
    "channels": Words("by", "渠道"),
    "offer": Words("offer", "提供"),
    "ends": Words("ends when", "结束条件"),
    "worth": Words("worth acting", "预期收益"),
    "history": Words("history", "经过"),
    "kind": Words("kind", "类别"),
    "informed": Words("also told", "同时告知"),
    "broken": Words("broken promise", "违约时限"),
    "chance": Words("saveability", "可挽回度"),
    "replaced": Words("a new one costs", "获新客户成本"),
    "reached": Words("reach them by", "联系方式"),
    "brings": Words("bring them", "带给客户"),
    "fits": Words("fit", "契合度"),
    "message": Words("message", "消息文本"),
    "reduced": Words("reduced data", "数据不全"),
    "exposed": Words("customers hit", "受影响客户"),
    "progress": Words("so far", "进展"),
    "tier": Words("tier", "客户分层"),
    "trust": Words("trust", "信任"),
    "use": Words("use", "使用"),
    "preference": Words("preference", "偏好"),
    "conditional": Words("moved by discounts", "受折扣影响"),
    "captive": Words("held until", "受约束至"),
    "growth": Words("growth", "成长"),
}
BANDS: Mapping[str, Words] = {
    "calm": Words("calm", "平稳"),
    "watch": Words("watch", "关注"),
    "at_risk": Words("at risk", "有风险"),
    "critical": Words("critical", "危急"),
}
STATES: Mapping[State, Words] = {
    State.OPEN: Words("open", "待处理"),
    State.ACKNOWLEDGED: Words("acknowledged", "已确认"),
    State.IN_PROGRESS: Words("in progress", "处理中"),
    State.SNOOZED: Words("snoozed", "已推迟"),
    State.CLOSED: Words("closed", "已关闭"),
    State.EXPIRED: Words("expired", "已过期"),
    State.WITHDRAWN: Words("withdrawn", "已撤回"),
}
KINDS: Mapping[Kind, Words] = {
    Kind.CUSTOMER: Words("customer at risk", "风险客户"),
    Kind.CARE: Words("care contact", "主动关怀"),
    Kind.MESSAGE: Words("approved message", "已批准的消息"),
    Kind.CASE: Words("case of many customers", "群体案件"),
}
INFORMED: Mapping[str, Words] = {
    "head": Words("the account manager's head", "客户经理的主管"),
    "management": Words("management", "管理层"),
}
CLOCKS: Mapping[str, Words] = {
    "analysis": Words("cause and remedy were not told in time", "未按时告知原因和解决办法"),
    "management": Words("management did not answer in time", "管理层未按时答复"),
}
BRINGS: Mapping[str, Words] = {
    "training": Words("knowledge or training", "知识或培训"),
    "certificate": Words("a certificate", "证书"),
    "finding": Words("a useful finding", "有用的发现"),
    "terms": Words("better terms", "更好的条件"),
    "fix_news": Words("news of a fix", "问题修复的消息"),
}
# What customers say matters to them; other words are shown as they were said.
MATTERS: Mapping[str, Words] = {
    "efficiency": Words("product efficiency", "产品效率"),
    "cost": Words("cost", "成本"),
    "lead_time": Words("lead time", "交期"),
    "supply": Words("supply security", "供应安全"),
    "green": Words("green", "绿色环保"),
    "personal": Words("personal service", "专属服务"),
}
CARES = Words("They care about: {what}.", "客户看重：{what}。")
CARES_UNKNOWN = Words("What they care about is not known: ask.", "客户看重什么尚不清楚：请询问。")
NO_REASON = Words("No reason is known.", "原因未知。")
FITS = Words(
    "{usefulness:.2f} = relevance {relevance:.2f} x timeliness {timeliness:.2f}"
    " x channel {channel:.2f}",
    "{usefulness:.2f} = 相关性 {relevance:.2f} × 时机 {timeliness:.2f} × 渠道 {channel:.2f}",
)
LOW = Words("low: one fair offer, then a good goodbye", "低：一次公平的方案，然后体面告别")
REDUCED = Words("some events are not processed, for lack of consent", "因未获同意，部分事件未处理")
UNKNOWN = Words("not known", "未知")
CAPTIVE = Words(
    "{day}, with little trust: mend it before then",
    "{day}，且信任度低：请在此之前改善",
)
GROWTH = Words(
    "spends little of it with us, and more each month",
    "在我方的采购份额低，且逐月上升",
)
AUTO = Words("(by a machine)", "（自动）")
CASE_WHY = Words(
    "{n} customers, worth {value}, are hit by a change of ours ({change}).",
    "{n} 位客户（价值 {value}）受我方变化影响（{change}）。",
)
PROGRESS = Words(
    "{alerts} alerts of {customers} customers merged; {cleared} fell below the line again,"
    " {closed} tasks of their own were closed.",
    "已合并 {customers} 位客户的 {alerts} 条预警；{cleared} 位恢复平稳，"
    "{closed} 个单独任务已关闭。",
)
# Decisions that lead to no task, and why.
NO_TASK: Mapping[Decision, str] = {
    Decision.WAITING_FOR_BUDGET: "an alert, and no task yet: the day of {owner} is full",
    Decision.COOL_DOWN: "an alert, and no task yet: a task of the customer ended lately",
    Decision.CONTACT_CAP: "an alert, and no task yet: the customer was called often enough",
    Decision.NOTHING_FITS: "an alert, and no task yet: nothing that we could bring fits them now",
    Decision.UNVERIFIED: "a promise that may be broken, and no task yet: the complaint's source"
    " is silent",
    Decision.NO_CONSENT: "an alert, and no task: the customer does not consent",
    Decision.HELD_OUT: "an alert, and no task: the customer is in the control group",
    Decision.MERGED_INTO_CASE: "an alert, and no task of its own: one case stands for all whom"
    " the change hits",
    Decision.LISTED: "an alert, and no task: at this value and band it is for the eye only",
    Decision.COUNTED: "an alert, and no task: nothing is done at this value and band",
}
