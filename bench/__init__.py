"""Performance as ratios: each figure beside a baseline that was measured in the same run. Never a test."""
