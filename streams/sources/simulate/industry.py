"""The names of the invented industry: what is sold, to whom, where, and by which rivals."""

LINES = (
    "compressors", "spares", "filters", "lubricants", "drives", "sensors", "service", "monitoring",
)  # fmt: skip
MONITORING = LINES.index("monitoring")  # a digital service: used, not delivered
SERVICE = LINES.index("service")
ENDED_LINE = "drives"  # the line the company gives up
# A typical order of the line, EUR.
LINE_PRICE = (9_000.0, 900.0, 350.0, 420.0, 2_600.0, 700.0, 1_100.0, 500.0)
# Share of customers who buy the line at all.
LINE_SHARE = (0.35, 0.85, 0.75, 0.65, 0.25, 0.4, 0.45, 0.35)

SEGMENTS = ("machinery", "electronics", "automotive", "process", "food")
SEGMENT_SHARE = (0.3, 0.2, 0.2, 0.15, 0.15)
REGIONS = ("north", "east", "south", "west", "overseas")
TIERS = ("top", "middle", "base")

MANAGERS = (
    "Ada", "Bo", "Chen", "Dana", "Eli", "Fang", "Gita", "Hugo", "Ines", "Jun", "Kai", "Lena",
    "Mei", "Noor", "Otto", "Pia", "Qiu", "Rosa", "Sven", "Tao",
)  # fmt: skip

RIVALS = ("Norvent", "Halden Air", "Kestrel Pneumatics", "东恒机电", "Brightflow")
ENTRANT = "Brightflow"  # the one who enters a region during the run
SUBSTITUTES = ("compressed air by contract", "electric actuators", "refurbished units")

# What customers say matters most to them, in surveys.
MATTERS = (
    "product efficiency", "cost", "lead time", "supply security", "green", "personal service",
    "digital access",
)  # fmt: skip
CURRENCY = "EUR"

# Sources of events, as an outage names them.
ERP = "erp"  # orders
LOGISTICS = "logistics"
BILLING = "billing"
PORTAL = "portal"
CRM = "crm"
TICKETS = "tickets"
OFFICE = "office"  # the company's own changes
