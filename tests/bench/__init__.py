"""Benches measure the portal as it is served, on a private PostgreSQL and Redis; `make bench` prints their figures."""
