"""Fan clubs: honest people who like together, and some of whom pay."""
