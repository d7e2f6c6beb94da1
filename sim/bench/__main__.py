"""`python -m sim.bench` is `gresham bench`."""

from sim.bench import main

if __name__ == "__main__":
    import sys

    raise SystemExit(main(sys.argv[1:]))
