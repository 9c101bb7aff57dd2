"""Outputs beside InfluxDB: files of line protocol, JSON over MQTT, a Sparkplug B edge node."""
