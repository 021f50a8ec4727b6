"""Tasks, certificates, rewards, the episode and the Gymnasium environment."""
