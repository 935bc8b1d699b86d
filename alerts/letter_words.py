"""The words of a letter, in English and in Simplified Chinese."""

from collections.abc import Mapping
from typing import Final

from alerts.contract import Words
from alerts.handling import Kind
from alerts.outbox import Occasion

OCCASIONS: Final[Mapping[Occasion, Words]] = {
    Occasion.OPENED: Words(en="New task", zh="新任务"),
    Occasion.RAISED: Words(en="More urgent now", zh="任务升级"),
    Occasion.REASSIGNED: Words(en="Now yours", zh="任务转交给您"),
    Occasion.WITHDRAWN: Words(en="No longer needed", zh="任务已撤销"),
    Occasion.INFORMED: Words(en="For you to know", zh="知会"),
    Occasion.MESSAGE: Words(en="Message", zh="消息"),
}
KINDS: Final[Mapping[Kind, Words]] = {
    Kind.CUSTOMER: Words(en="customer", zh="客户"),
    Kind.CARE: Words(en="care", zh="关怀"),
    Kind.MESSAGE: Words(en="message", zh="消息"),
    Kind.CASE: Words(en="case", zh="专案"),
}
HEADS: Final[Mapping[str, Words]] = {
    "urgent": Words(en="Urgent: ", zh="紧急："),
    "kind": Words(en="About", zh="类别"),
    "customer": Words(en="Customer", zh="客户"),
    "owner": Words(en="Account manager", zh="客户经理"),
    "due": Words(en="Due", zh="截止"),
    "risk": Words(en="Risk of leaving", zh="流失风险"),
    "at_risk": Words(en="Value at risk", zh="风险价值"),
    "reached": Words(en="Reach them by", zh="联系渠道"),
    "offer": Words(en="To offer", zh="可提供"),
    "ends": Words(en="Done when", zh="完成标准"),
    "why": Words(en="Why", zh="原因"),
    "steps": Words(en="What to do", zh="步骤"),
    "task": Words(en="Task", zh="任务"),
}
# How a customer is reached, in the words of the public events.
WAYS: Final[Mapping[str, Words]] = {
    "phone": Words(en="phone", zh="电话"),
    "email": Words(en="e-mail", zh="电子邮件"),
    "chat": Words(en="chat", zh="在线聊天"),
    "message": Words(en="text message", zh="短信"),
    "visit": Words(en="visit", zh="拜访"),
    "app": Words(en="app", zh="应用"),
    "portal": Words(en="portal", zh="门户网站"),
    "letter": Words(en="letter", zh="信函"),
    "public": Words(en="public page", zh="公开页面"),
}
