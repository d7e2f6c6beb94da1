"""Many runs: plans, where they run, paired comparison, designs and sensitivity."""
