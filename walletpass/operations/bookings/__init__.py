"""Appointments, and what they bring."""
