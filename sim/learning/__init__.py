"""How creators revise what they do: comparison with peers, and trying things out."""
