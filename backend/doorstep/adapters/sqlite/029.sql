-- What data exceptions are asked for lies apart from what is in order, so that a question goes through few rows.
-- The bits are those of phone_number, agreed, notification, trade, priority, work_order, patch, operative, within_window, known_home.
CREATE INDEX facts_lacking ON appointment_facts(day,lacks,starts_at,priority,trade)WHERE lacks&56653;
CREATE INDEX facts_priority ON appointment_facts(priority,day);
CREATE INDEX facts_trade ON appointment_facts(trade,day);
CREATE INDEX facts_orders ON appointment_facts(day,work_order_ref,appointment_id)WHERE work_order_ref<>'';
CREATE INDEX photos_resembling ON photos(sha256)WHERE resembles<>'[]';
-- Kept with what they are of, and made from the log again: visits whose operative was at the door before the time slot,
-- photos that another visit used before, and calls that a planner logged and of which no phone says anything.
CREATE TABLE early_arrivals(visit_id TEXT PRIMARY KEY,day TEXT NOT NULL)STRICT,WITHOUT ROWID;
CREATE INDEX early_arrivals_day ON early_arrivals(day);
CREATE TABLE photo_repeats(position INTEGER PRIMARY KEY)STRICT;
CREATE TABLE untold_calls(call_id TEXT PRIMARY KEY)STRICT,WITHOUT ROWID;
INSERT INTO early_arrivals SELECT visit_id,v.day FROM visits v JOIN appointments a USING(appointment_id)WHERE v.arrived_at<a.starts_at;
INSERT INTO photo_repeats SELECT position FROM photo_uses u WHERE EXISTS(SELECT 1 FROM photo_uses o WHERE o.sha256=u.sha256 AND o.position<u.position AND o.visit_id<>u.visit_id)OR EXISTS(SELECT 1 FROM photo_uses o WHERE o.source_sha256=u.source_sha256 AND o.position<u.position AND o.visit_id<>u.visit_id);
INSERT INTO untold_calls SELECT call_id FROM planner_calls c WHERE logged_at IS NOT NULL AND NOT EXISTS(SELECT 1 FROM visits v JOIN log l ON l.visit_id=v.visit_id WHERE v.appointment_id=c.appointment_id AND v.operative_id=c.operative_id AND l.kind='planner_contacted' AND l.fault IS NULL);
