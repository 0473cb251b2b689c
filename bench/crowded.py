"""The production server, but as many threads answer at once as there are."""

import sys

import serve
from app.util import concurrency

if __name__ == "__main__":
    concurrency.FEW = sys.maxsize
    serve.main()
