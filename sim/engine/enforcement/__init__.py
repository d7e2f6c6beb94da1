"""From flags to actions, and what actions change."""
