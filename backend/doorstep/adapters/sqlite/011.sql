-- What reporting tools read: stable columns, instants as ISO 8601 in UTC, days as London dates:
-- an hour later than UTC from March's last Sunday, 01:00, to October's.
-- No telephone number, no address and nothing secret stands in any of them; the data dictionary says what each is for.
CREATE VIEW report_appointments AS SELECT a.appointment_id,a.source,a.source_ref,a.work_order_ref,a.property_ref,a.patch,a.day,a.window,
 strftime('%Y-%m-%dT%H:%M:%fZ',a.starts_at/1000.0,'unixepoch') AS starts_at,strftime('%Y-%m-%dT%H:%M:%fZ',a.ends_at/1000.0,'unixepoch') AS ends_at,a.is_cancelled,
 s.snapshot->>'$.priority' AS priority,s.snapshot->>'$.trade' AS trade,ifnull(s.snapshot->>'$.contractor','') AS contractor,
 ifnull(s.snapshot->>'$.uprn','') AS uprn,
 ifnull((SELECT group_concat(value,' ') FROM json_each(s.snapshot,'$.sor_codes')),'') AS sor_codes,
 ifnull(s.snapshot->>'$.agreed.how','') AS agreed_how,
 json_array_length(s.snapshot,'$.alerts') AS alerts,json_array_length(s.snapshot,'$.contact_requests') AS contact_requests,
 json_array_length(s.snapshot,'$.phone_numbers') AS phone_numbers,
 ifnull((SELECT group_concat(operative_id,' ') FROM assignments o WHERE o.appointment_id=a.appointment_id),'') AS operative_ids
FROM appointments a JOIN (SELECT position,CAST(body AS TEXT)->>'$.snapshot' AS snapshot FROM bodies) s ON s.position=a.position;
CREATE VIEW report_visits AS SELECT visit_id,ifnull(appointment_id,'') AS appointment_id,work_order_ref,operative_id,patch,day,standing,outcome,
 ifnull((SELECT group_concat(value,' ') FROM json_each(awaiting)),'') AS awaiting,otherwise,priority,alert_count AS alerts,waived_count AS waived,grade,
 CASE WHEN started_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',started_at/1000.0,'unixepoch') END AS started_at,CASE WHEN arrived_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',arrived_at/1000.0,'unixepoch') END AS arrived_at,CASE WHEN closed_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',closed_at/1000.0,'unixepoch') END AS closed_at,strftime('%Y-%m-%dT%H:%M:%fZ',received_at/1000.0,'unixepoch') AS received_at
FROM visits;
CREATE VIEW report_checks AS SELECT v.visit_id,v.patch,v.day,g.value->>'$.clause' AS clause,g.value->>'$.grade' AS grade,g.value->>'$.why' AS why,
 ifnull((SELECT group_concat(value,' ') FROM json_each(g.value,'$.vouchers')),'') AS vouchers
FROM visits v,json_each(v.grades) g;
CREATE VIEW report_events AS SELECT l.position,l.visit_id,v.patch,l.kind,l.n,l.actor_id,strftime('%Y-%m-%dT%H:%M:%fZ',l.received_at/1000.0,'unixepoch') AS received_at,
 ifnull(l.fault,'') AS fault,l.sig IS NOT NULL AS is_signed,
 date(l.received_at/1000,'unixepoch',iif(datetime(l.received_at/1000,'unixepoch')>=datetime(strftime('%Y',l.received_at/1000,'unixepoch')||'-04-01','weekday 0','-7 days','+1 hour') AND datetime(l.received_at/1000,'unixepoch')<datetime(strftime('%Y',l.received_at/1000,'unixepoch')||'-11-01','weekday 0','-7 days','+1 hour'),'+1 hour','+0 hours')) AS received_on
FROM visits v JOIN log l ON l.visit_id=v.visit_id WHERE l.installation_id IS NOT NULL;
CREATE VIEW report_decisions AS SELECT l.position,l.visit_id,v.patch,l.actor_id AS supervisor_id,strftime('%Y-%m-%dT%H:%M:%fZ',l.received_at/1000.0,'unixepoch') AS decided_at,
 CAST(b.body AS TEXT)->>'$.decision' AS decision,ifnull(CAST(b.body AS TEXT)->>'$.outcome','') AS outcome,
 date(l.received_at/1000,'unixepoch',iif(datetime(l.received_at/1000,'unixepoch')>=datetime(strftime('%Y',l.received_at/1000,'unixepoch')||'-04-01','weekday 0','-7 days','+1 hour') AND datetime(l.received_at/1000,'unixepoch')<datetime(strftime('%Y',l.received_at/1000,'unixepoch')||'-11-01','weekday 0','-7 days','+1 hour'),'+1 hour','+0 hours')) AS decided_on
FROM visits v JOIN log l ON l.visit_id=v.visit_id JOIN bodies b ON b.position=l.position WHERE l.kind='decision_made';
CREATE VIEW report_planner_calls AS SELECT c.call_id,c.appointment_id,ifnull(a.patch,'') AS patch,c.operative_id,c.planner_id,
 strftime('%Y-%m-%dT%H:%M:%fZ',c.begun_at/1000.0,'unixepoch') AS begun_at,CASE WHEN c.logged_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',c.logged_at/1000.0,'unixepoch') END AS logged_at,
 date(c.begun_at/1000,'unixepoch',iif(datetime(c.begun_at/1000,'unixepoch')>=datetime(strftime('%Y',c.begun_at/1000,'unixepoch')||'-04-01','weekday 0','-7 days','+1 hour') AND datetime(c.begun_at/1000,'unixepoch')<datetime(strftime('%Y',c.begun_at/1000,'unixepoch')||'-11-01','weekday 0','-7 days','+1 hour'),'+1 hour','+0 hours')) AS begun_on,
 ifnull((SELECT CAST(b.body AS TEXT)->>'$.instruction' FROM log l JOIN bodies b ON b.position=l.position WHERE l.appointment_id=c.appointment_id AND l.kind='planner_call_logged' AND CAST(b.body AS TEXT)->>'$.call_id'=c.call_id LIMIT 1),'') AS instruction
FROM planner_calls c LEFT JOIN appointments a ON a.appointment_id=c.appointment_id;
CREATE VIEW report_notices AS SELECT n.notice_id,n.appointment_id,ifnull(a.patch,'') AS patch,n.channel,strftime('%Y-%m-%dT%H:%M:%fZ',n.sent_at/1000.0,'unixepoch') AS sent_at,
 n.status,CASE WHEN n.status_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',n.status_at/1000.0,'unixepoch') END AS status_at,n.told_by
FROM notices n LEFT JOIN appointments a ON a.appointment_id=n.appointment_id;
CREATE VIEW report_texts AS SELECT reference,appointment_id,patch,rule AS reminder,attempt,state,status,tries,strftime('%Y-%m-%dT%H:%M:%fZ',due_at/1000.0,'unixepoch') AS due_at,
 CASE WHEN sent_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',sent_at/1000.0,'unixepoch') END AS sent_at,CASE WHEN status_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',status_at/1000.0,'unixepoch') END AS status_at,fault,
 date(due_at/1000,'unixepoch',iif(datetime(due_at/1000,'unixepoch')>=datetime(strftime('%Y',due_at/1000,'unixepoch')||'-04-01','weekday 0','-7 days','+1 hour') AND datetime(due_at/1000,'unixepoch')<datetime(strftime('%Y',due_at/1000,'unixepoch')||'-11-01','weekday 0','-7 days','+1 hour'),'+1 hour','+0 hours')) AS due_on
FROM texts;
CREATE VIEW report_photos AS SELECT u.visit_id,v.patch,lower(hex(u.sha256)) AS sha256,u.size_bytes,ifnull(p.state,'awaited') AS state,
 CASE WHEN p.sha256 IS NULL THEN 0 ELSE json_array_length(p.resembles) END AS resembles
FROM photo_uses u JOIN visits v ON v.visit_id=u.visit_id LEFT JOIN photos p ON p.sha256=u.sha256;
CREATE VIEW report_people AS SELECT person_id,name,role,patch,CASE WHEN left_at IS NULL THEN NULL ELSE strftime('%Y-%m-%dT%H:%M:%fZ',left_at/1000.0,'unixepoch') END AS left_at FROM people;
CREATE VIEW report_home_facts AS SELECT fact_id,what,property_ref,
 ifnull((SELECT a.patch FROM appointments a WHERE a.property_ref=home_facts.property_ref ORDER BY a.day DESC,a.appointment_id LIMIT 1),'') AS patch,
 code,starts_on,ends_on,review_on,is_ended,strftime('%Y-%m-%dT%H:%M:%fZ',changed_at/1000.0,'unixepoch') AS changed_at,changed_by
FROM home_facts;
CREATE VIEW report_exception_notes AS SELECT kind,subject_id,'' AS patch,person_id,strftime('%Y-%m-%dT%H:%M:%fZ',assigned_at/1000.0,'unixepoch') AS assigned_at,
 reason,resolved_by,strftime('%Y-%m-%dT%H:%M:%fZ',resolved_at/1000.0,'unixepoch') AS resolved_at
FROM exception_notes;
