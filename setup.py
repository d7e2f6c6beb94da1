"""The packages of the distribution; everything else about it stands in pyproject.toml.

The top-level folder `scenarios` is mapped into the package, so that an installed Gresham finds its scenarios by name.
"""

from pathlib import Path

from setuptools import find_namespace_packages, setup

SHIPPED = [Path("scenarios") / name for name in ("controls", "ablations", "studies")]  # as in sim/scenario/shipped.py

setup(
    packages=[
        *find_namespace_packages(include=["sim", "sim.*"]),
        "sim._scenarios",
        *(f"sim._scenarios.{folder.name}" for folder in SHIPPED),
    ],
    package_dir={"sim._scenarios": "scenarios"},
)
