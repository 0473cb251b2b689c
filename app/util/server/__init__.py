"""How a worker of the production server shares its time among requests."""
