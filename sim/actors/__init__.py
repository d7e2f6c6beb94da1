"""The actors, one package for each kind: what they see, decide and do."""
