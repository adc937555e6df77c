-- The embedded store: an append-only log, the bodies beside it, and projections that can be made from them again.
-- *_at are milliseconds since 1970; hashes are BLOBs of 32 bytes.
CREATE TABLE people(person_id TEXT PRIMARY KEY,username TEXT NOT NULL UNIQUE,name TEXT NOT NULL,role TEXT NOT NULL CHECK(role IN('operative','planner','supervisor','auditor','admin')),patch TEXT NOT NULL,password_hash TEXT NOT NULL,left_at INT)STRICT;
CREATE TABLE sessions(token_hash BLOB PRIMARY KEY,person_id TEXT NOT NULL REFERENCES people,installation_id TEXT,began_at INT NOT NULL,expires_at INT NOT NULL,ended_at INT)STRICT,WITHOUT ROWID;
CREATE INDEX sessions_holder ON sessions(installation_id,person_id);
CREATE TABLE installations(installation_id TEXT PRIMARY KEY,ack_seq INT NOT NULL,seen_at INT NOT NULL)STRICT,WITHOUT ROWID;

CREATE TABLE log(position INTEGER PRIMARY KEY,sha256 BLOB NOT NULL UNIQUE,kind TEXT NOT NULL,visit_id TEXT,appointment_id TEXT,actor_id TEXT,installation_id TEXT,seq INT,n INT,fault TEXT,received_at INT NOT NULL,seal BLOB NOT NULL)STRICT;
CREATE UNIQUE INDEX log_delivery ON log(installation_id,seq)WHERE installation_id IS NOT NULL;
CREATE INDEX log_visit ON log(visit_id,position)WHERE visit_id IS NOT NULL;
CREATE INDEX log_appointment ON log(appointment_id,position)WHERE appointment_id IS NOT NULL;
CREATE INDEX log_policies ON log(position)WHERE kind='policy_adopted';
CREATE TABLE bodies(position INTEGER PRIMARY KEY REFERENCES log,body BLOB NOT NULL)STRICT;
CREATE TABLE erasures(position INTEGER PRIMARY KEY REFERENCES log,by_position INT NOT NULL REFERENCES log)STRICT;
-- A body that came again under another place in a queue: it has one log entry, and this receipt.
CREATE TABLE repeats(installation_id TEXT NOT NULL,seq INT NOT NULL,sha256 BLOB NOT NULL,PRIMARY KEY(installation_id,seq))STRICT,WITHOUT ROWID;
-- UPDATE and DELETE triggers alone do not keep a log append-only: INSERT OR REPLACE passes them, hence the insert ones.
CREATE TRIGGER log_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT,'append-only');END;
CREATE TRIGGER log_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT,'append-only');END;
CREATE TRIGGER log_insert BEFORE INSERT ON log WHEN NEW.position<>(SELECT ifnull(max(position),0)+1 FROM log)OR EXISTS(SELECT 1 FROM log WHERE sha256=NEW.sha256)OR EXISTS(SELECT 1 FROM log WHERE installation_id=NEW.installation_id AND seq=NEW.seq)BEGIN SELECT RAISE(ABORT,'append-only');END;
CREATE TRIGGER body_insert BEFORE INSERT ON bodies WHEN EXISTS(SELECT 1 FROM bodies WHERE position=NEW.position)OR EXISTS(SELECT 1 FROM erasures WHERE position=NEW.position)BEGIN SELECT RAISE(ABORT,'append-only');END;
CREATE TRIGGER body_update BEFORE UPDATE ON bodies BEGIN SELECT RAISE(ABORT,'append-only');END;
CREATE TRIGGER body_delete BEFORE DELETE ON bodies WHEN NOT EXISTS(SELECT 1 FROM erasures WHERE position=OLD.position)BEGIN SELECT RAISE(ABORT,'log the erasure first');END;
CREATE TABLE feed(operative_id TEXT NOT NULL,position INT NOT NULL,PRIMARY KEY(operative_id,position))STRICT,WITHOUT ROWID;
CREATE TABLE servings(sha256 BLOB NOT NULL,operative_id TEXT NOT NULL,policy_version TEXT NOT NULL,appointment_id TEXT NOT NULL,served_at INT NOT NULL,PRIMARY KEY(appointment_id,operative_id,sha256,policy_version))STRICT,WITHOUT ROWID;

-- Projections, from here on.
CREATE TABLE appointments(appointment_id TEXT PRIMARY KEY,source TEXT NOT NULL,source_ref TEXT NOT NULL,work_order_ref TEXT NOT NULL,property_ref TEXT NOT NULL,address TEXT NOT NULL,patch TEXT NOT NULL,day TEXT NOT NULL,window TEXT NOT NULL,starts_at INT NOT NULL,ends_at INT NOT NULL,is_cancelled INT NOT NULL,snapshot_sha256 BLOB NOT NULL,position INT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX appointments_day ON appointments(day,patch);
CREATE TABLE assignments(operative_id TEXT NOT NULL,appointment_id TEXT NOT NULL,day TEXT NOT NULL,PRIMARY KEY(operative_id,day,appointment_id))STRICT,WITHOUT ROWID;
CREATE INDEX assignments_appointment ON assignments(appointment_id);
CREATE TABLE visits(visit_id TEXT PRIMARY KEY,appointment_id TEXT,operative_id TEXT NOT NULL,patch TEXT NOT NULL,day TEXT NOT NULL,standing TEXT NOT NULL,outcome TEXT NOT NULL,awaiting TEXT NOT NULL,reasons TEXT NOT NULL,otherwise TEXT NOT NULL,flags TEXT NOT NULL,started_at INT,arrived_at INT,closed_at INT,received_at INT NOT NULL,words TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX visits_list ON visits(day DESC,visit_id DESC);
CREATE INDEX visits_standing ON visits(standing,day DESC,visit_id DESC);
CREATE INDEX visits_operative ON visits(operative_id,day,visit_id);
CREATE INDEX visits_appointment ON visits(appointment_id);
CREATE TABLE photo_uses(position INTEGER PRIMARY KEY,visit_id TEXT NOT NULL,sha256 BLOB NOT NULL,installation_id TEXT NOT NULL,size_bytes INT NOT NULL)STRICT;
CREATE INDEX photo_uses_photo ON photo_uses(sha256);
CREATE INDEX photo_uses_visit ON photo_uses(visit_id);
CREATE TABLE photos(sha256 BLOB PRIMARY KEY,state TEXT NOT NULL CHECK(state IN('complete','unreadable')),position INT NOT NULL,why TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE TABLE planner_calls(call_id TEXT PRIMARY KEY,appointment_id TEXT NOT NULL,operative_id TEXT NOT NULL,planner_id TEXT NOT NULL,begun_at INT NOT NULL,logged_at INT)STRICT,WITHOUT ROWID;
CREATE INDEX planner_calls_appointment ON planner_calls(appointment_id,begun_at);
