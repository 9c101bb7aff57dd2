"""Data quality over HTTP: findings, names, scores."""
