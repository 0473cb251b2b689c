"""The peers: the same five operations, written in other ways."""
