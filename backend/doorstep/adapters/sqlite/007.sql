-- Who has a planner's call about an appointment and an operative, until when: made from the log again.
CREATE TABLE call_claims(appointment_id TEXT NOT NULL,operative_id TEXT NOT NULL,call_id TEXT NOT NULL,planner_id TEXT NOT NULL,since INT NOT NULL,until INT NOT NULL,took_from TEXT NOT NULL,reason TEXT NOT NULL,PRIMARY KEY(appointment_id,operative_id))STRICT,WITHOUT ROWID;
CREATE INDEX call_claims_until ON call_claims(until);
CREATE INDEX call_claims_call ON call_claims(call_id);
