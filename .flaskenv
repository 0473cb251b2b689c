# What the flask command needs to know of this project; settings belong in the environment or in .env.
FLASK_APP=run.py
