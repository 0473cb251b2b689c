"""Plain Flask-RESTx, the tutorial's way: entities, a lazy owner, marshal, paginate, url_for for each link."""
