"""What the inspector found: plans, results, verdicts, re-inspections."""
