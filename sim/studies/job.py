"""One run of a plan, carried out by a worker: simulated, written whole, and told of in a short report.

Whatever goes wrong comes back as a report and not as an exception: exceptions of users' plug-ins need not survive
being pickled, and one that does not would take the whole pool with it.
"""

from __future__ import annotations

import gc
import io
import json
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sim.core.parquet import COMPRESSION, digest
from sim.runs.code_digest import code_digest
from sim.runs.loop import simulate
from sim.runs.manifest import MANIFEST, make_manifest
from sim.runs.storage import Place
from sim.studies.layout import RUNS
from sim.studies.plan import RunJob, Simulate

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.scenario import Scenario

OTHER_CODE = "the worker has other code ({here}) than the coordinator ({there}): install the same version on both"
OTHER_PLUGINS = (
    "the file of a plug-in, or one that it imports or reads, was changed after the study began; start it again"
)


@dataclass(frozen=True)
class JobOutcome:
    """How a run went. `status`: done; failed (the run's own fault); store (nothing can be written)."""

    key: str
    status: Literal["done", "failed", "store"]
    wall_s: float = 0.0
    error: str = ""
    traceback: str = ""


def simulate_scenario(scenario: Scenario, keep: tuple[str, ...]) -> dict[str, pa.Table]:
    """Live through a scenario on one thread and return the tables asked for."""
    tables = simulate(scenario, threads=1)
    found = {name: tables[name].arrow() for name in keep}
    del tables
    gc.collect()  # a world is full of cycles and large arrays: do not wait for the collector to notice
    return found


def run_job(job: RunJob, place: Place, simulate: Simulate, code: str) -> JobOutcome:
    """Run one job and write it to `runs/<key>/`, the manifest last. Never raises but when interrupted."""
    started = time.perf_counter()
    try:
        _check_code(code, job)
        tables = simulate(job.scenario, job.keep)
        simulated = time.perf_counter() - started
        made = _manifest(job, tables, simulated)
        files = {f"{name}.parquet": _parquet(table) for name, table in tables.items()}
    except Exception as error:
        cause = "".join(traceback.format_exception_only(error)).strip()
        return JobOutcome(job.key, "failed", time.perf_counter() - started, cause, traceback.format_exc())
    files[MANIFEST] = json.dumps(made, ensure_ascii=False, allow_nan=False).encode()
    try:
        for name, data in files.items():
            place.write(f"{RUNS}/{job.key}/{name}", data)
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return JobOutcome(job.key, "store", time.perf_counter() - started, reason, traceback.format_exc())
    return JobOutcome(job.key, "done", time.perf_counter() - started)


def _check_code(code: str, job: RunJob) -> None:
    if code != code_digest():
        raise RuntimeError(OTHER_CODE.format(here=code_digest(), there=code))
    if job.scenario.plugin_code(from_files=True) != list(job.plugins):
        raise RuntimeError(OTHER_PLUGINS)


def _manifest(job: RunJob, tables: dict[str, pa.Table], simulated_s: float) -> dict[str, Any]:
    lacking = [name for name in job.keep if name not in tables]
    if lacking:
        raise ValueError(f"the simulation gave no table {', '.join(lacking)}")
    digests = {
        name: {"rows": table.num_rows, "sha256": digest({c: table[c].to_numpy() for c in table.column_names})}
        for name, table in tables.items()
    }
    return make_manifest(
        job.scenario,
        digests,
        {"wall_s": round(simulated_s, 3)},
        job.scenario.files_read(),
        key=job.key,
        events=False,
        twin=False,
    )


def _parquet(table: pa.Table) -> bytes:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer, **COMPRESSION)
    return buffer.getvalue()
