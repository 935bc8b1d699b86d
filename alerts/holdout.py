"""Hold-out: a control group drawn once and for ever, by a hash of the customer.

Lift is churn of the hold-out minus churn of the treated. Whoever is most valuable or whom we
owe an answer is never held out; no lift is claimed for them.
"""

from hashlib import blake2b

NEVER_TIER = "top"


def held_out(customer: str, *, share: float, salt: str) -> bool:
    """Say whether a customer is in the control group, the same at every time and place.

    Parameters
    ----------
    share : 0 to 1
        Raising it keeps whoever is in already and adds others.
    salt : any text; another one draws another group.

    Examples
    --------
    >>> sum(held_out(str(n), share=0.10, salt="ebbwatch") for n in range(10_000))
    966
    """
    digest = blake2b(f"{salt}\x1f{customer}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") < share * 2**64
