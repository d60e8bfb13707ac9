"""Shared by all stages: findings, JSON and tables with positions, files, languages, the machine."""
