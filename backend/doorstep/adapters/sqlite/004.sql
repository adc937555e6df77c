-- Evidence: signatures, enrolled phones, what is kept aside, the log's tree and its checkpoints, and grades in the lists.
ALTER TABLE log ADD COLUMN sig BLOB;
-- Enrolled phones are made from the log again; codes, and what is nobody's, are not of it.
CREATE TABLE devices(device_id TEXT PRIMARY KEY,public_key BLOB NOT NULL UNIQUE,installation_id TEXT NOT NULL,person_id TEXT NOT NULL,enrolled_at INT NOT NULL,position INT NOT NULL,revoked_at INT,moved_to TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX devices_installation ON devices(installation_id);
CREATE INDEX devices_moved ON devices(moved_to);
CREATE TABLE enrolment_codes(code_hash BLOB PRIMARY KEY,person_id TEXT NOT NULL,made_by TEXT NOT NULL,expires_at INT NOT NULL,device_id TEXT)STRICT,WITHOUT ROWID;
CREATE TABLE quarantine(installation_id TEXT NOT NULL,seq INT NOT NULL,sha256 BLOB NOT NULL,person_id TEXT NOT NULL,fault TEXT NOT NULL,body BLOB,received_at INT NOT NULL,PRIMARY KEY(installation_id,seq))STRICT;
-- Of 256 hashes each: of leaves whole tiles only (the last entries' are reckoned from the log's own rows), above them
-- as far as they go.
CREATE TABLE tiles(level INT NOT NULL,idx INT NOT NULL,hashes BLOB NOT NULL,PRIMARY KEY(level,idx))STRICT;
CREATE INDEX log_keys ON log(position)WHERE kind IN('log_begun','log_key_changed','log_restored');
CREATE TABLE checkpoints(size INTEGER PRIMARY KEY,note TEXT NOT NULL,made_at INT NOT NULL,published_at INT,timestamp BLOB)STRICT;
-- Projections with more in them; made anew from the log.
DROP TABLE photo_uses;
CREATE TABLE photo_uses(position INTEGER PRIMARY KEY,visit_id TEXT NOT NULL,sha256 BLOB NOT NULL,installation_id TEXT NOT NULL,size_bytes INT NOT NULL,source_sha256 BLOB NOT NULL)STRICT;
CREATE INDEX photo_uses_photo ON photo_uses(sha256);
CREATE INDEX photo_uses_source ON photo_uses(source_sha256);
CREATE INDEX photo_uses_visit ON photo_uses(visit_id);
DROP TABLE photos;
CREATE TABLE photos(sha256 BLOB PRIMARY KEY,state TEXT NOT NULL CHECK(state IN('complete','unreadable')),position INT NOT NULL,why TEXT NOT NULL,dhash TEXT NOT NULL,resembles TEXT NOT NULL)STRICT,WITHOUT ROWID;
DROP TABLE visits;
CREATE TABLE visits(visit_id TEXT PRIMARY KEY,appointment_id TEXT,operative_id TEXT NOT NULL,patch TEXT NOT NULL,day TEXT NOT NULL,standing TEXT NOT NULL,outcome TEXT NOT NULL,awaiting TEXT NOT NULL,reasons TEXT NOT NULL,otherwise TEXT NOT NULL,flags TEXT NOT NULL,started_at INT,arrived_at INT,closed_at INT,received_at INT NOT NULL,words TEXT NOT NULL,address TEXT NOT NULL,work_order_ref TEXT NOT NULL,priority TEXT NOT NULL,alert_count INT NOT NULL,waived_count INT NOT NULL,grade TEXT NOT NULL,weakness INT NOT NULL,grades TEXT NOT NULL,graded_by TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX visits_list ON visits(day DESC,visit_id DESC);
CREATE INDEX visits_standing ON visits(standing,day DESC,visit_id DESC);
CREATE INDEX visits_weakest ON visits(standing,weakness DESC,day,visit_id);
CREATE INDEX visits_operative ON visits(operative_id,day,visit_id);
CREATE INDEX visits_appointment ON visits(appointment_id);
CREATE INDEX visits_counted ON visits(standing,patch,day,operative_id,priority,alert_count,waived_count,grade,words);
INSERT OR IGNORE INTO rebuild_due SELECT '004' WHERE EXISTS(SELECT 1 FROM log);
