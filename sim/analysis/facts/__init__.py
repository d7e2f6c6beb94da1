"""Published facts as data, how each is measured in the tables of a run, and whether the world is inside them."""
