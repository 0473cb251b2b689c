"""How a worker of the production server gets its requests, and shares its time among them."""
