"""Flows by domain: one file a science, one function a system."""
