"""What the contract says in the same words to every peer: refusals, rules, links.  No framework here."""
