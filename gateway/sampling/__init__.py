"""What is counted from time to time for each InfluxDB: stock, figures, and the gateway itself."""
