"""Appointments on their way in: from a landlord's files and feeds to bookings, and what is held until it is mended."""
