"""The scripts on seats, the trial of likes and slow success: on frames with a known answer, and in tiny worlds."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from argparse import Namespace
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from tests.helpers.child_processes import children, gone
from tests.helpers.evidence import EVIDENCE, script_fixture

STUDENT_2 = 12.7062  # .975 quantile of Student's law for two values
STUDENT_3 = 4.30265


seats = script_fixture("seats")
like_trial = script_fixture("like_trial")
slow_success = script_fixture("slow_success")
processes = script_fixture("processes")
moments_tail = script_fixture("moments_tail")


# -- seats


@pytest.mark.parametrize(
    ("logs", "verdict"),
    [
        ([0.01, 0.02, 0.03], "equal"),
        ([0.0, 0.0, 0.0], "equal"),
        ([0.20, 0.21, 0.22], "different"),
        ([-0.20, -0.21, -0.22], "different"),
        ([-0.2, 0.0, 0.2], "undecided"),
        ([0.09, 0.10, 0.11], "undecided"),  # about the margin, log 1.1
        ([0.01, np.nan, np.nan], "not known"),
    ],
)
def test_what_is_equal_and_what_is_different(seats: ModuleType, logs: list[float], verdict: str) -> None:
    assert seats.judge(np.array(logs))["verdict"] == verdict


def test_a_ratio_is_the_geometric_mean_with_the_interval_of_student(seats: ModuleType) -> None:
    found = seats.judge(np.array([0.01, 0.02, 0.03]))
    half = STUDENT_3 * 0.01 / 3**0.5
    expected = np.exp([0.02, 0.02 - half, 0.02 + half])
    assert [found["ratio"], found["low"], found["high"]] == pytest.approx(expected.tolist(), rel=1e-6)


def test_sizes_are_compared_with_the_largest_seed_by_seed(seats: ModuleType) -> None:
    def run(**figures: float) -> pd.Series:
        return pd.Series(figures)

    # what differs between seeds alone cancels out
    large = [run(reads=level, likes=level, rare=1.0, none=0.0, new=1.0) for level in (10.0, 20.0, 80.0)]
    small = [
        run(reads=level, likes=2 * level, rare=each, none=0.0) for level, each in ((10, 0.2), (20, 1.0), (80, 5.0))
    ]
    found = seats.compare({40: large, 5: small, 10: large}).set_index(["seats", "figure"])
    assert sorted(found.index.get_level_values("seats").unique()) == [5, 10]
    assert set(found.loc[10].verdict.drop("none")) == {"equal"}
    row = found.loc[(5, "likes")]
    assert (row.ratio, row.low, row.high, row.verdict) == pytest.approx((2.0, 2.0, 2.0, "different"))
    assert (row["mean"], row.largest) == pytest.approx((220 / 3, 110 / 3))
    assert found.loc[5].verdict.drop("likes").to_dict() == {
        "reads": "equal",
        "rare": "undecided",
        "none": "not known",
        "new": "not known",
    }


def test_seats_of_a_tiny_world(seats: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tiny.yaml").write_text("extends: classroom\ncreators: {n: 40}\n")
    words = ["--seats", "150", "300", "--seeds", "3", "--days", "8", "--processes", "1"]
    places = ["--scenario", str(tmp_path / "tiny.yaml"), "--keep", str(tmp_path / "kept")]
    monkeypatch.setattr(sys, "argv", ["seats.py", *words, *places])
    seats.main()
    found = pd.read_csv(tmp_path / "kept" / "figures-tiny.csv").set_index("figure")
    assert set(found.seats) == {150} and len(list((tmp_path / "kept").glob("figures-*.parquet"))) == 6
    # people stay the same, and read as much whatever the seats
    assert 0.5 < found.loc["daily reads", "ratio"] < 2
    assert found.loc["daily reads", "mean"] > 1000
    assert found.loc["daily attainable_quality", "verdict"] == "equal"
    assert {"loss of quality shown", "posts likes, 99%", "creators followers, mean", "orders, number"} <= {*found.index}


# -- the trial of likes


def doses(at_20: float, opens: float = 0.02) -> pd.DataFrame:
    frame = pd.DataFrame({"dose": [0, 1, 5, 20, 60], "posts": 9, "reads": [10.0, 10.0, 10.0, at_20, 10.0]})
    return frame.assign(hot=4.0, opens=[opens] + [0.04] * 4, likes=0.01)


def test_ratios_to_no_likes_with_their_interval_over_seeds(like_trial: ModuleType) -> None:
    runs = {"plain": [{"doses": doses(20.0)}, {"doses": doses(22.0)}]}
    found = like_trial.by_dose(runs).set_index(["world", "dose"])
    assert found.index.tolist() == [("plain", dose) for dose in (1, 5, 20, 60)]
    half = STUDENT_2 * 0.1  # standard deviation .1414, of two
    assert found.loc[("plain", 20), ["reads", "reads_low", "reads_high"]].tolist() == pytest.approx(
        [2.1, 2.1 - half, 2.1 + half], rel=1e-5
    )
    assert found.loc[("plain", 5), ["reads", "hot", "opens", "likes"]].tolist() == pytest.approx([1, 1, 2, 1])


def test_where_nobody_opened_an_untreated_post_there_is_no_ratio(like_trial: ModuleType) -> None:
    runs = {"plain": [{"doses": doses(20.0, opens=0.0)}, {"doses": doses(20.0)}]}
    assert like_trial.by_dose(runs).opens.tolist() == [2.0] * 4  # of the other seed
    assert np.isnan(like_trial.ratio_of(doses(20.0, opens=0.0), "opens", 5))


def test_yardstick_and_quality_of_the_worlds(like_trial: ModuleType) -> None:
    frames = [{"world": pd.DataFrame([{"yardstick": v, "quality": 0.3}])} for v in (4.0, 8.0)]
    row = like_trial.by_world({"plain": frames}).iloc[0]
    assert (row.yardstick, row.quality) == pytest.approx((6.0, 0.3))
    assert (row.yardstick_low, row.quality_high) == pytest.approx((6.0 - STUDENT_2 * 2, 0.3), rel=1e-5)


def test_a_geometric_mean_takes_posts_without_reads(like_trial: ModuleType) -> None:
    assert like_trial.geometric(np.array([0, 15])) == pytest.approx(10.0)  # of 5 and 20
    assert np.isnan(like_trial.geometric(np.zeros(0)))


def small_trial(tmp_path: Path, **changes: object) -> Namespace:
    return Namespace(seats=300, days=15, keep=tmp_path, changes=[("creators.n", 80), *changes.items()])


def test_worlds_of_the_trial_differ_in_what_they_are_called_by(like_trial: ModuleType, tmp_path: Path) -> None:
    options = small_trial(tmp_path)
    plain, attacked = (like_trial.scenario_of("likes, log", each, options) for each in ("", like_trial.EARLY))
    assert not plain.manipulation.enabled
    assert (plain.probes.heavy_buyers, attacked.probes.heavy_buyers) == (0, like_trial.HEAVY)
    assert attacked.probes.doses == plain.probes.doses and attacked.probes.share_posts == plain.probes.share_posts
    late = like_trial.scenario_of("likes, log", like_trial.LATER, options)
    assert late.probes.from_day == like_trial.LATE_DAY and late.run.days == options.days + like_trial.LATE_DAY
    assert late.probes.doses == attacked.probes.doses and late.platform == attacked.platform
    control = like_trial.scenario_of("likes, log", like_trial.WAITED, options)
    assert control.probes.doses == plain.probes.doses and control.run.days == late.run.days
    linear = like_trial.scenario_of("composite, linear", "", options).platform
    assert (linear.hot_curve, type(linear.ranking).__name__) == ("linear", "Composite")
    for world in like_trial.ATTACKED:
        assert (
            like_trial.scenario_of(world, like_trial.EARLY, options).platform
            == like_trial.scenario_of(world, "", options).platform
        )


def test_the_trial_of_a_tiny_world(like_trial: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(like_trial, "SHARE_OF_DOSE", 0.2)
    options = small_trial(tmp_path)
    frames = like_trial.load("likes, linear", "", 1, options)
    found = frames["doses"].set_index("dose")
    assert found.index.tolist() == [0, 1, 5, 20, 60] and (found.posts > 10).all()
    # under a linear score likes are places in the list
    assert found.hot[60] > 1.3 * found.hot[0]
    assert frames["world"].yardstick.iloc[0] >= 1
    assert like_trial.by_dose({"linear": [frames]}).reads.notna().all()

    def never(*_: object) -> None:
        raise AssertionError("a run that is kept is not made twice")

    monkeypatch.setattr(like_trial, "live", never)
    pd.testing.assert_frame_equal(like_trial.load("likes, linear", "", 1, options)["doses"], frames["doses"])


# -- slow success


def posts() -> pd.DataFrame:
    """Twenty posts, the better of which are read more at once, but for the best of all; and some that do not count."""
    quality = np.arange(20) / 20
    slow = (quality < 0.45) | (quality == quality.max())
    old = pd.DataFrame({"published_day": 6, "quality": quality, "reads_3d": np.where(slow, 10, 1000)})
    old["reads_21d"] = np.where(quality == quality.max(), 40, np.where(slow, 15, 5000))
    old["likes_3d"] = np.where(np.arange(20) % 2, 3, 0)  # the better of any two
    early = pd.DataFrame({"published_day": [5], "quality": [0.99], "reads_3d": [1], "reads_21d": [900]})
    young = pd.DataFrame({"published_day": [30], "quality": [0.99], "reads_3d": [1], "reads_21d": [-1]})
    return pd.concat([old, early, young], ignore_index=True).fillna({"likes_3d": 0})


def test_what_good_and_worse_slow_starters_gain(slow_success: ModuleType) -> None:
    row = slow_success.gains(posts()).iloc[0]
    assert (row.good, row.worse, row.ratio, row.posts) == pytest.approx((3.0, 0.5, 6.0, 1))
    by_likes = slow_success.gains(posts()).iloc[1]  # the nineteenth is good, of the worse ten five
    assert (by_likes.start, by_likes.good, by_likes.worse, by_likes.posts) == ("likes", 4.0, 0.5, 1)


def test_where_no_good_post_starts_slowly_nothing_is_known(slow_success: ModuleType) -> None:
    frame = posts()
    frame.loc[frame.quality == 19 / 20, "reads_3d"] = 1000
    frame.loc[frame.quality == 9 / 20, "reads_3d"] = 10
    row = slow_success.gains(frame).iloc[0]
    assert np.isnan(row.good) and np.isnan(row.ratio) and row.posts == 0
    still = posts().assign(reads_21d=lambda frame: frame.reads_3d)
    assert np.isnan(slow_success.gains(still).ratio.iloc[0])


def test_slow_success_in_a_tiny_world(
    slow_success: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = tmp_path / "kept"
    worlds = {"likes alone": {"creators.n": 100}, "no search": {"creators.n": 100, "surfaces.search_share": 0.0}}
    monkeypatch.setattr(slow_success, "WORLDS", worlds)
    words = f"--seeds 1 --seats 300 --days 30 --processes 1 --keep {keep}".split()
    monkeypatch.setattr(sys, "argv", ["slow_success.py", *words])
    slow_success.main()
    found = pd.read_csv(keep / "gains.csv").set_index("world")
    assert list(found.index) == 2 * list(worlds)
    assert (found[["good", "worse"]] >= 0).all(axis=None)
    assert set(found.start) == {"reads", "likes"}
    # search is what finds posts of more than three days
    for _, of_start in found.groupby("start"):
        assert of_start.loc["likes alone", "worse"] > of_start.loc["no search", "worse"]


# -- what scripts share


@pytest.mark.parametrize(
    ("raised", "code", "said"), [(KeyboardInterrupt, 130, "interrupted; "), (BrokenProcessPool, 1, "was killed")]
)
def test_a_script_that_is_broken_off_ends_with_one_line(
    processes: ModuleType, raised: type[BaseException], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken_off() -> None:
        raise raised

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        processes.run_script(broken_off)
    signal.signal(signal.SIGTERM, before)
    words = capsys.readouterr().err or str(ended.value)
    assert said in words and "finished runs are kept" in words
    assert ended.value.code == code if code == 130 else isinstance(ended.value.code, str)  # a text is printed: code 1


def test_a_script_that_is_told_to_end_takes_its_workers_along(tmp_path: Path) -> None:
    words = ["--seeds", "2", "--seats", "300", "--days", "400", "--keep", str(tmp_path)]
    script = subprocess.Popen(
        [sys.executable, str(EVIDENCE / "slow_success.py"), *words], stderr=subprocess.PIPE, text=True
    )
    assert script.stderr is not None
    begun = script.stderr.readline()
    assert "2 at a time" in begun, begun
    while len(workers := children(script.pid, "spawn_main")) < 2:
        assert script.poll() is None
        time.sleep(0.05)
    script.terminate()
    _, complaints = script.communicate(timeout=120)
    assert (script.returncode, len(complaints.splitlines())) == (143, 1), complaints
    assert gone(workers)


def test_results_come_in_the_order_of_the_jobs(processes: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert processes.run_all(divmod, [(7, 2), (9, 4)], 1) == [(3, 1), (2, 1)]
    assert processes.run_all(divmod, [(7, 2), (9, 4)], 2) == [(3, 1), (2, 1)]
    assert processes.run_all(divmod, [], 2) == []
    assert "2 runs, 2 at a time" in capsys.readouterr().err


# -- the most passed-on posts


def test_what_falls_to_the_most_passed_on_posts(moments_tail: ModuleType) -> None:
    passed_on = np.r_[[50, 30], np.repeat(1, 1_998), 900]
    day = np.r_[np.repeat(10, 2_000), 30]  # the last is too late to count
    posts = pd.DataFrame({"published_day": day, "read_moments": passed_on, "reads": 2 * passed_on + 1})
    row = moments_tail.shares(posts, people=500).iloc[0]
    reads = 2 * (80 + 1_998) + 2_000
    assert (row.top, row.others, row.largest) == pytest.approx((80 / reads, 1_998 / reads, 50 / 500))


def test_the_most_passed_on_posts_of_tiny_worlds(
    moments_tail: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = tmp_path / "kept"
    words = f"--creators 60 120 --seeds 1 --seats 300 --days 18 --processes 1 --keep {keep}".split()
    monkeypatch.setattr(sys, "argv", ["moments_tail.py", *words])
    moments_tail.main()
    found = pd.read_csv(keep / "shares.csv")
    assert found.creators.tolist() == [60, 120]
    assert ((found.top > 0) & (found.others > found.top)).all()
