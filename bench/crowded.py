"""The production server with as many threads at once as there are, whatever ``app/util/concurrency.py`` says."""

import sys

import serve
from app.util import concurrency

if __name__ == "__main__":
    concurrency.FEW = sys.maxsize
    serve.main()
