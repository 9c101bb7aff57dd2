"""The Grafana dashboards, as typed Python: `make dashboards` writes them to `json/`, for Grafana to read."""
