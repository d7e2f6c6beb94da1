"""Creators: talent, skill, effort, rhythm, income, and how they revise what they do."""

from sim.scenario.schema.section import Section, parameter


class CreatorsSection(Section):
    """Parameters of individual and merchant creators."""

    n: int = parameter(2000, "creators at the start; one who quits is replaced", unit="creators", ge=4, le=40_000)
    merchant_share: float = parameter(0.25, "share who sell goods", ge=0, le=1)
    popularity_sigma: float = parameter(
        4.95,
        "standard deviation of the logarithm of popularity, by which readers choose whom to follow at the start",
        ge=0,
        le=10,
        source="C18: Gini 0.94",
    )
    popularity_cap: float = parameter(
        0.9927,
        "quantile of that lognormal law at which popularity is half of the most there can be: it saturates",
        ge=0.5,
        le=0.9999,
        source="C18; C2, C3 for the tail; half of all people follow the largest of 2,000",
    )
    popularity_talent: float = parameter(
        0.5, "correlation of the logarithm of popularity with talent", ge=-1, le=1, source="assumed"
    )
    posts_per_day: float = parameter(1.0, "mean posts a day", unit="1/day", gt=0, le=5)
    rate_sigma: float = parameter(
        1.3, "standard deviation of the logarithm of posts a day", ge=0, le=4, source="C2, C3, C4 together"
    )
    rate_popularity: float = parameter(
        0.75,
        "correlation of the logarithms of posts a day and of popularity: who has many readers posts more often",
        ge=-1,
        le=1,
        source="C2, C3, C4 together",
    )
    rate_min: float = parameter(1 / 60, "posts a day of the laziest creator, against the mean", ge=0, le=1)
    rate_max: float = parameter(
        7.2,
        "posts a day of the busiest creator, against the mean",
        ge=1,
        le=100,
        source="C2, C7 together",
        at_least="rate_min",
    )
    appeal_sigma: float = parameter(
        0.69,
        "standard deviation of the logarithm of a post's appeal (mean 1), by which the chance to open it is multiplied",
        ge=0,
        le=3,
        source="C3, C4 for the spread within an account",
    )
    share_sigma: float = parameter(
        0.7,
        "standard deviation of the logarithm of a post's shareability (mean 1), by which forwards are multiplied",
        ge=0,
        le=3,
        source="C8",
    )
    dormant_share: float = parameter(
        0.45,
        "share of followers who have ceased to visit: posts are delivered to them as well, and never met",
        ge=0,
        lt=1,
        source="C6: 1-2 % of deliveries are read",
    )
    talent_min: float = parameter(0.1, "least talent", ge=0, le=1)
    talent_range: float = parameter(0.9, "what is added to that at most (the mean of two draws, at most 1)", ge=0, le=1)
    skill_start_min: float = parameter(
        0.75, "least share of its talent that a beginner has turned into skill", ge=0, le=1
    )
    skill_start_range: float = parameter(0.25, "what is added to that at most", ge=0, le=1)
    account_age_days: int = parameter(
        1500,
        "age of the oldest account of newcomers who are no readers, as there are when all readers publish already "
        "(others have the age of a reader's account)",
        unit="days",
        ge=0,
        le=30_000,
    )
    effort_start: float = parameter(0.6, "mean effort at the start", ge=0, le=1)
    effort_start_range: float = parameter(0.4, "difference between most and least effort at the start", ge=0, le=2)
    effort_start_min: float = parameter(0.05, "least effort of anybody at the start", ge=0, le=1)
    effort_cost_cny: float = parameter(
        0.75,
        "cost of a post at full effort (grows with the square)",
        unit="CNY/post",
        ge=0,
        le=1000,
        source="assumed: 5 CNY a week at full effort and 7 posts a week",
    )
    quality_floor: float = parameter(0.35, "share of skill that shows in a post made without effort", ge=0, le=1)
    quality_noise: float = parameter(
        0.06, "standard deviation of a post's quality around skill and effort", ge=0, le=0.5
    )
    skill_gain: float = parameter(
        0.006, "share of the way to talent that a post at full effort teaches", unit="1/post", ge=0, le=1
    )
    skill_rust: float = parameter(
        0.001, "share of skill that a post without effort costs", unit="1/post", ge=0, le=1, source="article, S10"
    )

    ads_cny_per_read: float = parameter(
        0.0028,
        "advertising income per read",
        unit="CNY/read",
        ge=0,
        le=10,
        source="assumed: 19 CNY a week for a mean creator, whose 7 posts have 982 reads each (C2)",
    )
    sale_per_read: float = parameter(
        0.00037,
        "sales per read of a merchant at full trust and proof",
        unit="1/read",
        ge=0,
        le=1,
        source="assumed: at most 2.5 sales a week for a mean merchant, with 7 x 982 reads (C2)",
    )
    sale_floor: float = parameter(
        0.4, "sales per read behind no likes, against full proof", ge=0, le=1, source="assumed; article, S8"
    )
    sale_margin_cny: float = parameter(15.0, "margin of a sale", unit="CNY", ge=0, le=10_000)
    savings_cny: float = parameter(60.0, "money at the start", unit="CNY", ge=0, le=1_000_000)
    budget_share: float = parameter(0.35, "most of its money a creator spends on likes in a week", ge=0, le=1)

    anxiety_mean: float = parameter(
        0.5, "mean weight of visible counts in how a creator judges itself (S18)", ge=0, le=1
    )
    anxiety_range: float = parameter(0.8, "difference between the most and the least anxious", ge=0, le=2)
    recognition_cny: float = parameter(
        6.0, "worth to a creator of one unit of log success a week, beyond money", unit="CNY/week", ge=0, le=1000
    )
    integrity_mean: float = parameter(0.6, "mean reluctance to cheat, in units of log payoff", ge=0, le=10)
    manipulating_start: float = parameter(
        0.02,
        "share who manipulate at the start, members of mutual-aid groups apart",
        ge=0,
        le=1,
        source="C16: 3.4 % of heads abnormal in 2016, members of groups and agencies among them; C1",
    )
    revise_per_week: float = parameter(0.35, "chance a week to compare with a peer", unit="1/week", ge=0, le=1)
    imitation_beta: float = parameter(
        3.0, "sharpness of imitation per unit of log payoff", ge=0, le=50, source="Fermi rule: Szabo & Toke 1998"
    )
    imitation_error: float = parameter(0.04, "chance to try a strategy at random instead", ge=0, le=1)
    peer_share: float = parameter(
        0.025,
        "how far up and down the table of followers a creator looks for a peer, as a share of all creators (at least "
        "one place)",
        gt=0,
        le=1,
    )
    payoff_scale_cny: float = parameter(
        5.0,
        "payoff a week above which payoffs are compared by proportion rather than by difference",
        unit="CNY/week",
        gt=0,
        le=10_000,
    )
    peer_noise: float = parameter(0.4, "standard deviation of a peer's log payoff as seen from outside", ge=0, le=5)
    fear_weight: float = parameter(
        2.0, "weight of the share of punished peers on a strategy, in units of log payoff", ge=0, le=50
    )
    rumour_share: float = parameter(
        0.7, "share of the punishments of peers that get about although they are not announced", ge=0, le=1
    )
    usual_likes_pace: float = parameter(
        0.2, "weight of the latest post without bought likes in what a creator takes for usual", ge=0, le=1
    )
    punished_now: float = parameter(0.5, "what a punishment of one's own this week adds to that share", ge=0, le=10)
    punished_memory: float = parameter(
        0.8, "what is left after a day of the share of peers known to be punished", ge=0, le=0.999
    )
    peer_likes_quantile: float = parameter(
        0.75, "quantile of recent posts' visible likes that passes for a successful peer's", ge=0, le=1
    )
    peer_likes_per_read_start: float = parameter(
        0.005,
        "that, before anybody knows, for each read that a mean post is to get",
        unit="likes/read",
        ge=0,
        le=10,
    )
    hot_likes_quantile: float = parameter(
        0.75,
        "quantile of the visible likes in the slots of the recommendation lists that passes for what it takes",
        ge=0,
        le=1,
    )
    hot_likes_per_read_start: float = parameter(
        0.03, "that, before anybody knows, likewise", unit="likes/read", ge=0, le=10
    )
    chat_share: float = parameter(
        0.8, "share of posts that their authors send to the group chats that they are in", ge=0, le=1, source="assumed"
    )
    chats: int = parameter(4, "those chats", unit="chats", ge=0, le=100, source="assumed")
    judged_after_days: int = parameter(
        3,
        "age at which a creator takes a post's numbers for final",
        unit="days",
        ge=1,
        le=28,
        source="C7: 94-95 % within 72 h",
    )
    effort_memory: float = parameter(0.97, "weight of earlier posts in what the try-outs showed", ge=0, le=0.999)
    effort_prior: float = parameter(1.0, "log success for each unit of effort, as a beginner believes", ge=0, le=20)
    effort_prior_posts: float = parameter(
        10.0, "posts' worth of evidence in that belief", unit="posts", ge=0.1, le=10_000
    )
    surprise_max: float = parameter(
        2.0, "most that one post's log success counts above or below the mean", ge=0.01, le=20
    )
    effort_min: float = parameter(0.02, "effort below which nobody falls", ge=0, le=1)
    effort_experiment: float = parameter(0.15, "size of the try-outs of more and less effort", ge=0, le=0.5)
    effort_pace: float = parameter(0.05, "step of effort per unit of what the try-outs showed", ge=0, le=5)
    effort_softness: float = parameter(
        2.0, "surplus of gain over cost, against the cost, beyond which the step hardly grows", ge=0.01, le=100
    )
    framing_punished_share: float = parameter(
        0.005,
        "share of creators on some strategy, punished lately as far as is known, from which rivals think of framing",
        ge=0,
        le=1,
    )
    framing_per_week: float = parameter(
        0.05,
        "chance a week that a creator who has manipulated buys likes for the latest post of the rival just above it, "
        "while it is known that creators are punished",
        unit="1/week",
        ge=0,
        le=1,
    )
    framing_hits: float = parameter(
        2.0, "machine likes bought then, against the number that looks like a hit", unit="hits", gt=0, le=1000
    )
    payoff_memory: float = parameter(0.6, "weight of the past in the weekly moving average of payoff", ge=0, le=0.99)
    quit_after_weeks: int = parameter(3, "weeks before a creator thinks of giving up", unit="weeks", ge=0, le=520)
    outside_cny: float = parameter(
        10.0, "mean worth of a week spent otherwise, drawn from 0 to twice this", unit="CNY/week", ge=0, le=10_000
    )
    quit_per_week: float = parameter(
        0.10, "chance a week to quit while the payoff is below that", unit="1/week", ge=0, le=1
    )
