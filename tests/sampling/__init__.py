"""Tests of gateway.sampling."""
