"""What a researcher extends: ranking policies, detectors, sanctions, strategies."""
