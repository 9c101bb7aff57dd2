"""Dashboards into a Grafana that runs, by its HTTP API.

Plain httpx: grafana-client would bring niquests and with it urllib3-future, which takes urllib3's place in the
installation, under influxdb-client.
"""
