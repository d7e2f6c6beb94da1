"""Who decides what, from what they can see: one package for each kind of actor."""
