"""What is printed: any encoding takes it, data is never markup, no control character passes, one end of line a row."""

import io
import json
from pathlib import Path

import pytest

from sim.catalogue import results
from sim.core.terminal import make_console, one_line, plain
from tests.cases.commands import gresham, one_after_another, said
from tests.helpers.catalogue_shelf import put_run

FOREIGN = "name: 政策\ndescription: 互赞 → strict\nrun: {days: 2}\nreaders: {n: 300}\ncreators: {n: 20}\n"
HOSTILE = (
    'name: "[/x] [red]n\\e[31m\\e]0;title\\a\\0\\nsecond"\n'
    'description: "[bold]told\\e[2Jcleared \\u202Egnp"\n'
    "run: {days: 2}\nreaders: {n: 300}\ncreators: {n: 20}\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    for name, text in {"foreign": FOREIGN, "hostile": HOSTILE}.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        done = gresham("run", f"{name}.yaml", "--no-twin", "--out", name, cwd=folder, env=_stream("ascii:strict"))
        assert done.returncode == 0, said(done)
        assert b"report: " in done.stdout
    return folder


def _stream(encoding: str) -> dict[str, str]:
    return {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}


ASKED = (
    ("ls", "--in", "foreign"),
    ("show", "", "--in", "foreign"),
    ("explain", "foreign.yaml"),
    ("query", "select scenario, seed from runs", "--in", "foreign"),
    ("query", "select scenario, seed from runs", "--in", "foreign", "--csv", "-"),
    ("query", "select scenario, seed from runs", "--in", "foreign", "--format", "json"),
    ("scenarios", "."),
)
WRONG = (
    ("run", "政策.yaml"),
    ("query", "select 政策 from runs", "--in", "foreign"),
    ("show", "政", "--in", "x"),
)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii:strict", "utf-8"])
def test_every_encoding_takes_the_output(made: Path, encoding: str) -> None:
    for words, done in zip(ASKED, one_after_another(*ASKED, cwd=made, env=_stream(encoding)), strict=True):
        assert done.returncode == 0, said(done)
        text = done.stdout.decode(encoding.partition(":")[0])
        sought = {"scenarios": "互赞", "explain": "互赞"}.get(words[0], "政策")
        if encoding != "utf-8":
            sought = sought.encode("ascii", "backslashreplace").decode()
        assert sought in text or json.dumps(sought).strip('"') in text, words


@pytest.mark.parametrize("encoding", ["cp1252", "ascii:strict"])
def test_codes_of_exit_stay_right_when_a_message_cannot_be_encoded(made: Path, encoding: str) -> None:
    for done in one_after_another(*WRONG, cwd=made, env=_stream(encoding)):
        assert done.returncode == 2 and done.stderr and b"Traceback" not in done.stderr, said(done)


def test_names_are_text_and_steer_no_terminal(made: Path) -> None:
    asked = (
        ("ls", "--in", "hostile"),
        ("show", "", "--in", "hostile"),
        ("explain", "hostile.yaml"),
        ("query", "select scenario, seed from runs", "--in", "hostile"),
    )
    for done in one_after_another(*asked, cwd=made, env=_stream("utf-8")):
        assert done.returncode == 0, said(done)
        text = done.stdout.decode()
        assert "[/x] [red]n" in text  # not taken for markup
        assert "second" in text.split("[/x] [red]n")[1].splitlines()[0]  # the name is on one line
        assert not {c for c in text if not c.isprintable()} - {"\n"}


def test_control_characters() -> None:
    assert plain("a\x1b[31mb\x00c\nd\te\x9bf\u2028") == "a[31mbc\nd\tef"
    assert one_line("a\r\nb\tc\x85d") == "a  b c d"
    out = io.StringIO()
    console = make_console()
    console.file = out
    console.print("[red]x[/nothing] :smile: \x1b]0;t\x07")
    assert out.getvalue() == "[red]x[/nothing] :smile: ]0;t\n"


@pytest.mark.parametrize("words", [("--csv", "-"), ("--format", "csv")], ids=" ".join)
def test_a_row_of_csv_ends_once(made: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]) -> None:
    """Windows is imitated: os.linesep, and a stream that turns every end of line into two characters."""
    windows = "import io, os, sys\nos.linesep = '\\r\\n'\n" + (
        "sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8', newline='\\r\\n', write_through=True)"
    )
    done = gresham("query", "select run, day from daily", "--in", "foreign", *words, cwd=made, before=windows)
    assert done.returncode == 0, said(done)
    assert b"\r\r\n" not in done.stdout and done.stdout.count(b"\r\n") == 3
    done = gresham(
        "query", "select day from daily order by day", "--in", "foreign", "--csv", "a.csv", cwd=made, before=windows
    )
    assert (made / "a.csv").read_bytes() == b"day\n0\n1\n"


def test_what_is_not_defined_is_null_in_sql(tmp_path: Path) -> None:
    for seed, value in enumerate([0.5, float("nan"), float("inf"), float("-inf"), 0.7]):
        put_run(tmp_path / str(seed), seed, device_recall=value)
    found = results(tmp_path).query(
        "select count(device_recall) n, count(*) filter (where device_recall > 1) high, avg(device_recall) mean, "
        "count(*) filter (where device_recall is null) missing, max(device_recall) top from daily where day = 0"
    )
    assert found.iloc[0].to_dict() == {"n": 2, "high": 0, "mean": pytest.approx(0.6), "missing": 3, "top": 0.7}
