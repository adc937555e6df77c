-- The resident's side: cards that were left, what residents dispute, and which entries say when somebody is in.
-- A card is found by what its code and its home's postcode make together. All of it is made from the log again.
CREATE TABLE cards(visit_id TEXT PRIMARY KEY,card_key TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX cards_found ON cards(card_key);
CREATE TABLE disputes(dispute_id TEXT PRIMARY KEY,visit_id TEXT NOT NULL,appointment_id TEXT NOT NULL,says TEXT NOT NULL,disputed_at INT NOT NULL,answered_at INT)STRICT,WITHOUT ROWID;
CREATE INDEX disputes_visit ON disputes(visit_id);
CREATE INDEX disputes_day ON disputes(disputed_at);
CREATE INDEX disputes_open ON disputes(answered_at,disputed_at);
CREATE TABLE resident_times(position INTEGER PRIMARY KEY,visit_id TEXT NOT NULL,given_at INT NOT NULL,text_id TEXT NOT NULL)STRICT;
CREATE INDEX resident_times_day ON resident_times(given_at);
CREATE INDEX resident_times_visit ON resident_times(visit_id);
INSERT OR IGNORE INTO rebuild_due SELECT '013' WHERE EXISTS(SELECT 1 FROM log);
