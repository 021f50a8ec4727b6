"""Who talks: user simulators and assistants, chat messages, prompt formats, and generation with a local model."""
