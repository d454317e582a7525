"""Sheets of Excel, written in one way wherever they come from; no session, no clock, no settings."""
