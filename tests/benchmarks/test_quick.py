"""`gresham bench --quick` goes through every measurement; it asks for no speed."""

import json
import math

from sim.bench import main
from sim.bench.suites import SUITES


def test_quick_goes_through_everything(tmp_path, capsys):
    out = tmp_path / "deep" / "bench.json"
    assert main(["--quick"], out=out) == 0
    found = json.loads(out.read_text())
    assert set(found["measurements"]) == set(SUITES)
    for measurement in found["measurements"].values():
        assert {"load_before", "load_after", "busy", "figures"} <= set(measurement)
        for figure in measurement["figures"]:
            assert figure["repeats"]
            assert all(math.isfinite(x) and x > 0 for x in figure["repeats"])
            assert figure["verdict"] == ""
    said = " ".join(capsys.readouterr().out.split())
    assert all(name in said for name in SUITES)
    assert "say nothing of speed" in said
