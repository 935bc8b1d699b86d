"""English words and phrases that say what a complaint is about, how bad it is, how it feels.

Each group: what it speaks for, its weight in logit, its words. Endings need not be listed.
"""

from detectors.text.columns import Column

GROUPS = (
    (
        Column.PRODUCT,
        1.2,
        """broken, broke, defect, defective, faulty, fault, quality, damaged, damage, leak, crack,
        cracked, scratch, scratched, stain, rust, rusty, crash, freeze, overheat, battery, screen,
        not working, doesn't work, stopped working, does not work, won't turn on, malfunction,
        fake, counterfeit, wrong size, too small, too big, torn, mould, mold, stale, rotten,
        expired, spoiled, tasteless, undercooked, cold food, smells, bug, glitch, error message,
        poor quality, cheap material, seat, seats, wifi, entertainment, food, meal, plane,
        legroom, app, website, warranty, repair""",
    ),
    (
        Column.DELIVERY,
        1.2,
        """delivery, deliver, delivered, shipping, shipment, shipped, parcel, package, courier,
        driver, tracking, late, delay, delayed, never arrived, not arrived, hasn't arrived,
        didn't arrive, never came, lost, missing, missing item, short delivery, wrong address,
        wrong item, dispatch, arrive, waiting for, still waiting, hours late, days late,
        out for delivery, overdue, cancelled flight, cancelled, luggage, baggage, bag, bags,
        missed connection, runway, tarmac, sitting on, stuck, stranded, departure""",
    ),
    (
        Column.SERVICE,
        1.2,
        """service, customer service, support, agent, agents, staff, rude, attitude, unhelpful,
        helpline, hotline, call centre, call center, on hold, hold, hung up, no answer, no reply,
        no response, nobody answers, ignored, ignore, answer, respond, unprofessional, phone,
        call back, called back, manager, supervisor, employee, attendant, attendants, crew, queue,
        wait time, unanswered, email, representative, rep, gate agent, counter, line, reply,
        clueless, incompetent, nobody cares""",
    ),
    (
        Column.BILLING,
        1.4,
        """bill, billing, invoice, charge, charged, overcharge, overcharged, charged twice,
        double charged, refund, refunds, payment, paid twice, fee, fees, price, expensive,
        money back, credit card, debit, deposit, discount, voucher, coupon, receipt, cost, vat,
        wrong amount, reimburse, reimbursement, overpriced, money, dollar, credit, fare""",
    ),
    (
        Column.CONTRACT,
        1.4,
        """contract, agreement, terms, clause, renewal, renew, auto renew, auto-renew, subscription,
        subscribe, unsubscribe, cancel my, cancellation, terminate, notice period, minimum order,
        minimum term, plan, upgrade, downgrade, policy, policies, membership, breach, bundle,
        reservation, booking, book, rebook, booked, loyalty points, miles, status""",
    ),
    (
        Column.PRIVACY,
        1.8,
        """privacy, personal data, data breach, leaked, gdpr, spam, spam calls, identity,
        identity theft, password, hacked, my data, without consent, without permission,
        without my consent, shared my, stole my, delete my data, confidential, unsolicited""",
    ),
    (
        Column.OTHER,
        0.6,
        """question, wondering, suggestion, suggest, feedback, idea, how do i, can i, could you
        tell,
        do you have, does anyone""",
    ),
    (
        Column.MINOR,
        1.0,
        """minor, small, slightly, a bit, little, suggestion, suggest, would be nice, cosmetic,
        not urgent, no rush, just wondering, question, typo, when you can, small issue, thanks,
        thank, great, love, nice""",
    ),
    (
        Column.MAJOR,
        0.7,
        """again, third time, second time, still, weeks, months, days, hours, never, unacceptable,
        cannot use, can't use, not working, every time, repeatedly, cancelled, lost, refund,
        several times, nobody, worst, terrible, no response""",
    ),
    (
        Column.CRITICAL,
        1.6,
        """production line, stands still, standstill, line is down, system is down, is down, outage,
        shut down, everything stopped, cannot work, can't work, unable to work, all our users,
        all users, emergency, urgent, urgently, immediately, fire, smoke, explode, exploded,
        injured, injury, hospital, unsafe, dangerous, electric shock, safety, poisoning, lawsuit,
        lawyer, data breach, losing customers, stranded, our customers, halt, halted, medication,
        critical, blocked""",
    ),
    (
        Column.CALM,
        1.0,
        """thanks, thank you, thank, please, kindly, appreciate, appreciated, great, good, nice,
        love, loved, awesome, excellent, amazing, best, perfect, happy, glad, wonderful,
        fantastic, helpful, friendly, pleased, cool, enjoy, smooth, easy, quick, fast, pleasant,
        yay, grateful, impressed, brilliant, kudos, recommend, satisfied, well done, good job,
        great job, no problem, looking forward, excited, beautiful, question, wondering,
        suggestion, follow, hi, hello, regards, fun, sweet, congrats, safe, can i, how do""",
    ),
    (
        Column.ANNOYED,
        1.0,
        """disappointed, disappointing, disappointment, annoyed, annoying, frustrated, frustrating,
        frustration, unhappy, bad, poor, slow, late, again, still, delay, delayed, waiting, hours,
        unable, issue, problem, problems, fail, failed, failure, not good, not happy, never,
        no response, wrong, sucks, suck, why, lost, cancelled, broken, missed, missing, ignored,
        unhelpful, inconvenience, on hold, hold, hung up, stuck, tired, unreliable, confusing,
        useless, rude, mess, ridiculous, really, seriously, nothing, no one, nobody, can't,
        cannot, won't, doesn't, didn't, isn't, not, no, charge, error, wtf, ugh, refund, forced""",
    ),
    (
        Column.ANGRY,
        1.3,
        """angry, furious, outraged, outrageous, disgusting, disgusted, disgrace, disgraceful, scam,
        scammers, fraud, thieves, thief, liar, liars, lied, lies, lying, steal, worst, terrible,
        horrible, awful, pathetic, unacceptable, appalling, ridiculous, joke, never again, sue,
        lawyer, lawsuit, hate, hell, shame, shameful, incompetent, rubbish, garbage, trash, crap,
        shit, bullshit, damn, stupid, idiot, idiots, wtf, fuck, fucking, rip off, rip-off,
        sick of, fed up, had enough, report you, trading standards, ombudsman, done with,
        nightmare, clowns, atrocious, absurd, inexcusable""",
    ),
    (
        Column.HURT,
        1.5,
        """hurt, heartbroken, heartbreaking, let down, betrayed, sad, saddened, crying, cried, cry,
        tears, upset, trusted you, trusted, humiliated, humiliating, embarrassed, abandoned,
        loyal customer, loyal, years of, feel cheated, devastated, broke my heart, ashamed,
        worried, scared, my mother, my son, my daughter, disrespected, sorry to""",
    ),
)
_NEGATORS = """
    not no never isn't wasn't don't doesn't didn't can't cannot won't hardly without aren't neither
    nor couldn't wouldn't
"""
NEGATORS = frozenset(_NEGATORS.split())
