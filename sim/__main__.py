"""`python -m sim` is `gresham`."""

from sim.cli import main

if __name__ == "__main__":
    main()
