-- Visits that were overturned and replied to since are few, and are counted on each page of the queue.
CREATE INDEX visits_replied ON visits(standing,day,visit_id)WHERE instr(flags,'"replied"')>0;
INSERT OR IGNORE INTO rebuild_due SELECT '020' WHERE EXISTS(SELECT 1 FROM log);
