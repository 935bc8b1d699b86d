"""Channels: what brings a notice to somebody, one file each.

A channel is given a `Parcel` and an address, tries once, and either returns or raises a
`DeliveryError` that says whether trying again may help. It keeps nothing and decides nothing;
when to try again and what comes next is the courier's. It may import `alerts` and libraries.

Start reading at `channel.py`; `webhook.py` and `mail.py` are the two that there are, and
`sending.py` tries one after the other.
"""
