-- A planner rings whoever asks to be called, and sees who was at a home before.
ALTER TABLE people ADD COLUMN phone TEXT NOT NULL DEFAULT '';
CREATE INDEX appointments_home ON appointments(property_ref);
