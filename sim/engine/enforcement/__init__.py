"""From flags to enforcement actions, and what the actions change."""
