-- What a phone measured at each door, to lay an operative's doors of a day, and their waits of some weeks, side by side.
CREATE TABLE door_readings(visit_id TEXT PRIMARY KEY,operative_id TEXT NOT NULL,day TEXT NOT NULL,at INT NOT NULL,lat_e7 INT,lon_e7 INT,accuracy_m INT,wait_ms INT)STRICT,WITHOUT ROWID;
CREATE INDEX door_readings_of ON door_readings(operative_id,day);
CREATE INDEX door_readings_on ON door_readings(day,operative_id);
CREATE INDEX door_readings_waits ON door_readings(day)WHERE wait_ms IS NOT NULL;
-- They are in the log: it is read anew, unless nobody ever arrived anywhere.
INSERT OR IGNORE INTO rebuild_due SELECT '025' WHERE EXISTS(SELECT 1 FROM visits WHERE arrived_at IS NOT NULL);
