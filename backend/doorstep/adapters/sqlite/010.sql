-- Data exceptions: what every appointment is asked for, wrong clocks, and what people did about each exception.
-- All but the notes and the digests are made from the log again. The facts are of appointments that are not cancelled.
CREATE TABLE appointment_facts(appointment_id TEXT PRIMARY KEY,day TEXT NOT NULL,patch TEXT NOT NULL,starts_at INT NOT NULL,ends_at INT NOT NULL,property_ref TEXT NOT NULL,work_order_ref TEXT NOT NULL,uprn TEXT NOT NULL,priority TEXT NOT NULL,trade TEXT NOT NULL,assigned_at INT,review_on TEXT NOT NULL,lacks INT NOT NULL,sinces TEXT NOT NULL,known_at INT NOT NULL)STRICT,WITHOUT ROWID;
-- Every question begins with a day.
CREATE INDEX facts_asked ON appointment_facts(day,lacks,starts_at,priority,trade);
CREATE INDEX facts_homes ON appointment_facts(day,property_ref,uprn,known_at,patch)WHERE uprn<>'';
CREATE INDEX facts_reviews ON appointment_facts(day,review_on)WHERE review_on<>'';
CREATE TABLE clock_facts(visit_id TEXT PRIMARY KEY,ahead_ms INT NOT NULL,behind_ms INT NOT NULL,moved_back_ms INT NOT NULL,received_at INT NOT NULL)STRICT,WITHOUT ROWID;
CREATE TABLE exception_notes(kind TEXT NOT NULL,subject_id TEXT NOT NULL,person_id TEXT NOT NULL,assigned_by TEXT NOT NULL,assigned_at INT,facts TEXT,reason TEXT NOT NULL,resolved_by TEXT NOT NULL,resolved_at INT,PRIMARY KEY(kind,subject_id))STRICT,WITHOUT ROWID;
CREATE TABLE digests(day TEXT NOT NULL,owner TEXT NOT NULL,sent_at INT NOT NULL,PRIMARY KEY(day,owner))STRICT,WITHOUT ROWID;
CREATE INDEX planner_calls_logged ON planner_calls(logged_at)WHERE logged_at IS NOT NULL;
INSERT OR IGNORE INTO rebuild_due SELECT '010' WHERE EXISTS(SELECT 1 FROM log);
