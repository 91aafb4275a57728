"""What models are composed of beside a dynamics and an observation."""
