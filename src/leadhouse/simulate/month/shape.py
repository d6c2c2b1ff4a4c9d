"""How the month's leads are spread over sources, days, hours, states and wishes.

The volumes are the mission's (document 000, September 2025). Everything else is invented but plausible:
people by the census of 2020, more requests by day than at night and on weekdays than at weekends.
"""

from datetime import date

FIRST_DAY = date(2025, 9, 1)
VOLUMES = (34_233, 20_109, 8_457, 7_312, 3_953, 1_503, 144)
LEADS = sum(VOLUMES)

# Of all leads: asked for the same product earlier in the month, or for another product.
REPEATED, RETURNED = 0.03, 0.03
# How many companies a consumer wants to hear from; which classes the phones and mailboxes come to.
WISHES = {1: 8, 2: 15, 3: 27, 4: 50}
CLASSES = {0: 4, 1: 3, 2: 22, 3: 4, 4: 2, 5: 62, 6: 2, 7: 1}

# By the hour of the consumer's own zone, from midnight; by the day of the week, from Monday.
HOURS = (9, 5, 4, 4, 5, 9, 18, 32, 47, 58, 64, 64, 62, 60, 60, 60, 60, 60, 61, 62, 58, 47, 31, 18)
WEEKDAYS = (112, 110, 106, 103, 97, 84, 88)

# Residents in thousands, census of 2020.
RESIDENTS = {
    "AL": 5_024, "AK": 733, "AZ": 7_152, "AR": 3_012, "CA": 39_538, "CO": 5_774, "CT": 3_606, "DE": 990,
    "DC": 690, "FL": 21_538, "GA": 10_712, "HI": 1_455, "ID": 1_839, "IL": 12_813, "IN": 6_786, "IA": 3_190,
    "KS": 2_938, "KY": 4_506, "LA": 4_658, "ME": 1_362, "MD": 6_177, "MA": 7_030, "MI": 10_077, "MN": 5_706,
    "MS": 2_961, "MO": 6_155, "MT": 1_084, "NE": 1_962, "NV": 3_105, "NH": 1_378, "NJ": 9_289, "NM": 2_118,
    "NY": 20_201, "NC": 10_439, "ND": 779, "OH": 11_799, "OK": 3_959, "OR": 4_237, "PA": 13_003, "RI": 1_097,
    "SC": 5_118, "SD": 887, "TN": 6_911, "TX": 29_146, "UT": 3_272, "VT": 643, "VA": 8_631, "WA": 7_705,
    "WV": 1_794, "WI": 5_894, "WY": 577,
}  # fmt: skip
