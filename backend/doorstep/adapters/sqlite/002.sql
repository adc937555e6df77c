-- A visit's row says where it was and what makes it worth a look, so that a list needs one query. Made anew from the log.
DROP TABLE visits;
CREATE TABLE visits(visit_id TEXT PRIMARY KEY,appointment_id TEXT,operative_id TEXT NOT NULL,patch TEXT NOT NULL,day TEXT NOT NULL,standing TEXT NOT NULL,outcome TEXT NOT NULL,awaiting TEXT NOT NULL,reasons TEXT NOT NULL,otherwise TEXT NOT NULL,flags TEXT NOT NULL,started_at INT,arrived_at INT,closed_at INT,received_at INT NOT NULL,words TEXT NOT NULL,address TEXT NOT NULL,work_order_ref TEXT NOT NULL,priority TEXT NOT NULL,alert_count INT NOT NULL,waived_count INT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX visits_list ON visits(day DESC,visit_id DESC);
CREATE INDEX visits_standing ON visits(standing,day DESC,visit_id DESC);
CREATE INDEX visits_operative ON visits(operative_id,day,visit_id);
CREATE INDEX visits_appointment ON visits(appointment_id);
-- All that the figures beside the filters need, a fraction of the table: they are counted for every page of the list.
CREATE INDEX visits_counted ON visits(standing,patch,day,operative_id,priority,alert_count,waived_count,words);
-- What has to be made anew before anybody is served; emptied by whoever did.
CREATE TABLE rebuild_due(why TEXT PRIMARY KEY)STRICT,WITHOUT ROWID;
INSERT INTO rebuild_due SELECT '002' WHERE EXISTS(SELECT 1 FROM log);
