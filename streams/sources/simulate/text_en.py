"""English parts of complaints. Our own wording; more variants may be added to any list."""

from streams.events.vocabulary import ComplaintKind, Mood, Severity

OPENERS = (
    "Hello,", "Good morning,", "To whom it may concern,", "Dear team,", "Hi,",
    "I am writing about order {number}.", "This is about our account.", "Once more from our side:",
    "Our reference is {number}.", "Following up on last week's call:",
)  # fmt: skip

MATTERS: dict[ComplaintKind, tuple[str, ...]] = {
    "product": (
        "{n} of the filters we received do not fit the housing.",
        "the unit that came with order {number} loses pressure after {n} hours.",
        "the sensors read {n} bar too high, all of them.",
        "the new valves leak, and the old ones never did.",
        "we found cracks in {n} couplings before they were even mounted.",
        "the compressor runs hot and switches itself off {n} times a shift.",
        "the oil you sent foams, which the previous one did not.",
        "the replacement part fails in the same place as the first one.",
    ),
    "delivery": (
        "the delivery for order {number} is {days} days overdue.",
        "only part of the goods arrived, {n} boxes are missing.",
        "the carrier left the pallets at the wrong gate again.",
        "we were promised Monday, and it is {days} days later now.",
        "the goods came without papers, so customs keeps them.",
        "nobody can tell us where shipment {number} is.",
        "you delivered twice what we ordered and want it all paid.",
        "the parcel was open and {n} pieces were gone.",
    ),
    "service": (
        "nobody has called back in {days} days.",
        "your technician did not come, and nobody told us.",
        "I was passed on {n} times and had to explain everything again.",
        "the portal shows an error whenever we want to order.",
        "every question takes {days} days until somebody reads it.",
        "the person on the phone did not know our contract at all.",
        "the maintenance was booked for this week and forgotten.",
        "the app has not synchronised our data for {days} days.",
    ),
    "billing": (
        "invoice {number} charges a price we never agreed to.",
        "we were billed twice for the same delivery.",
        "the discount in our contract is missing on {n} invoices.",
        "a credit note promised {days} days ago has not come.",
        "you charge freight although our terms say it is free.",
        "the amount on invoice {number} does not match the order.",
        "we got a reminder for something paid {days} days ago.",
    ),
    "contract": (
        "the new terms were changed without asking us.",
        "the bundle forces us to buy things we do not need.",
        "the minimum order now is more than we use in {n} months.",
        "our notice was not confirmed, {days} days after we sent it.",
        "the contract you sent is not what was agreed on the phone.",
        "the renewal went through although we had said no.",
    ),
    "privacy": (
        "our order data was sent to another company by mistake.",
        "we asked {days} days ago which data you keep and got no answer.",
        "advertising still arrives although we objected to it.",
        "a former colleague of ours still sees our account.",
    ),
    "other": (
        "the manual exists in a language nobody here reads.",
        "the site you closed was the only one near us.",
        "the noise of the unit is above what the data sheet says.",
        "the samples we were promised {days} days ago never came.",
        "your visitor parked in front of our fire gate.",
    ),
}

EFFECTS: dict[Severity, tuple[str, ...]] = {
    "minor": (
        "It is not urgent, but please look into it.",
        "We can work around it for now.",
        "A small thing, still it should be right.",
        "Please correct it with the next order.",
        "It costs us a little time each day.",
    ),
    "major": (
        "We had to change our plan for the whole week.",
        "Our own customers begin to ask.",
        "It has cost us {n} shifts already.",
        "We need an answer by tomorrow.",
        "This is the second time in {n} months.",
        "Two of our people do nothing else any more.",
    ),
    "critical": (
        "Our line stands still since this morning.",
        "Production has stopped and we lose money every hour.",
        "We cannot deliver to anybody until this is solved.",
        "The whole plant is down.",
        "If it is not fixed today we miss our own deadline.",
    ),
}

MOODS: dict[Mood, tuple[str, ...]] = {
    "calm": ("Thank you.", "Kind regards", "Please let me know.", "Thanks for your help.", "Best,"),
    "annoyed": (
        "This should not happen.", "I expected better.", "Please do not send another form.",
        "We have said this before.", "It is getting tiresome.",
    ),
    "angry": (
        "This is unacceptable!", "We will not put up with this.", "Do you read what we write?",
        "Put somebody on it who can decide.", "If nothing happens we buy elsewhere.",
    ),
    "hurt": (
        "After all these years we had hoped for more.", "It seems we no longer matter to you.",
        "We used to recommend you to others.", "I am disappointed, to be honest.",
    ),
}  # fmt: skip
