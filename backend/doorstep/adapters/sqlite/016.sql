-- A visit's lot: which of those that nothing speaks against are looked at. Made anew from the log; counted with the rest.
ALTER TABLE visits ADD COLUMN lot INT NOT NULL DEFAULT 0;
DROP INDEX visits_counted;
CREATE INDEX visits_counted ON visits(standing,patch,day,operative_id,priority,alert_count,waived_count,grade,lot,words);
CREATE TABLE saved_filters(person_id TEXT NOT NULL,name TEXT NOT NULL,query TEXT NOT NULL,PRIMARY KEY(person_id,name))STRICT,WITHOUT ROWID;
INSERT OR IGNORE INTO rebuild_due SELECT '016' WHERE EXISTS(SELECT 1 FROM log);
