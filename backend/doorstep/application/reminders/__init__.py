"""Reminders: texts before an appointment, what becomes of them, and what residents answer."""
