"""People who look at cases: reviewers in two tiers, those who appeal or complain, and those who report posts."""

from sim.scenario.schema.section import Section, parameter

MISSED = "share of {what} whose acts were arranged that {who} takes for honest"


def _miss(default: float, what: str, who: str, source: str) -> float:
    rate: float = parameter(default, MISSED.format(what=what, who=who), ge=0, le=1, source=source)
    return rate


class ReviewSection(Section):
    """Parameters of human review (S5): what it costs, how long it takes, how often it errs."""

    crowd_minutes: float = parameter(
        1.0, "time that a crowd worker takes for a case", unit="min", ge=0, le=600, source="assumed; D35"
    )
    crowd_cny_per_h: float = parameter(20.0, "what an hour of it costs", unit="CNY/h", ge=0, le=10_000)
    crowd_days: int = parameter(1, "days until the answer is there", unit="days", ge=0, le=365, source="assumed; D52b")
    crowd_miss_machine: float = _miss(0.1, "machine accounts", "a crowd worker", "D30: 0.91 right on crude ones")
    crowd_miss_raised: float = _miss(0.4, "raised accounts and matrices", "a crowd worker", "assumed; D30")
    crowd_miss_person: float = _miss(0.7, "people", "a crowd worker", "D30: 0.24 right on careful ones")
    crowd_false_alarm: float = parameter(
        0.1, "share of honest cases that a crowd worker takes for fake", ge=0, le=1, source="assumed; D31"
    )
    expert_minutes: float = parameter(6.0, "time that an expert takes for a case", unit="min", ge=0, le=600)
    expert_cny_per_h: float = parameter(60.0, "what an hour of it costs", unit="CNY/h", ge=0, le=10_000)
    expert_days: int = parameter(3, "days until the answer is there", unit="days", ge=0, le=365)
    expert_miss_machine: float = _miss(0.02, "machine accounts", "an expert", "assumed; D31: near-optimal")
    expert_miss_raised: float = _miss(0.15, "raised accounts and matrices", "an expert", "assumed; D31")
    expert_miss_person: float = _miss(0.4, "people", "an expert", "assumed; D31")
    expert_false_alarm: float = parameter(
        0.03, "share of honest cases that an expert takes for fake", ge=0, le=1, source="assumed; D31"
    )
    appeal_share_innocent: float = parameter(
        0.5, "share of people hit who appeal, though fewer than half of the acts held against them were arranged",
        ge=0, le=1, source="assumed; D52b",
    )  # fmt: skip
    appeal_share_guilty: float = parameter(0.15, "share of the others who appeal", ge=0, le=1, source="assumed; D52b")
    evidence_missing: float = parameter(
        0.6, "share of appeals for which the reviewer finds no record, so that the action stands", ge=0, le=1,
        source="set so that about 30 % of appeals are won; D50: missing evidence is the rule",
    )  # fmt: skip
    complaint_share_innocent: float = parameter(
        0.3, "share of people hit who call support, though fewer than half of the acts held against them were arranged",
        ge=0, le=1,
    )  # fmt: skip
    complaint_share_guilty: float = parameter(0.05, "share of the others who do", ge=0, le=1)
    complaint_minutes: float = parameter(
        15.0, "time of support that a call takes, at the crowd's wage", unit="min", ge=0, le=600
    )
    check_passed_per_day: float = parameter(
        0.4, "share of people held up by a check of their account who pass it in a day", unit="1/day", ge=0, le=1
    )
    report_per_read: float = parameter(
        0.001, "reports of a post for each read", unit="1/read", ge=0, le=1, source="assumed; D51"
    )
    report_fake_factor: float = parameter(
        1.3, "how many times as often a post is reported whose likes were all arranged", ge=0, le=100,
        source="assumed; D32: near noise",
    )  # fmt: skip
