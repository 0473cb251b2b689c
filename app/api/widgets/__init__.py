"""The widgets, which another resource will replace."""
