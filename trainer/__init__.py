"""Learning: supervised training, GRPO, gap finding, the closed loop, evaluation and its report."""
